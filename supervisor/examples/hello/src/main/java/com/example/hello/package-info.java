@InjectModule(name = "hello")
package com.example.hello;

import io.avaje.inject.InjectModule;

package dev.sallyport.supervisor;

import dev.sallyport.rules.SourceRules;

/** The rules on the sources of this module. */
class SourceRulesTest extends SourceRules {}

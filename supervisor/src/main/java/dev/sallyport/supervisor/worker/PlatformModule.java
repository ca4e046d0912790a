package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeLifecycleManager;
import dev.sallyport.supervisor.RuntimeTransportService;
import dev.sallyport.supervisor.WorkerContext;
import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.Builder;

/** The module that every container has: the worker's identity and metadata, and its two runtime services. */
final class PlatformModule implements AvajeModule {

    private final WorkerContext context;
    private final RuntimeTransportService transport;
    private final RuntimeLifecycleManager lifecycle;

    PlatformModule(WorkerContext context, RuntimeTransportService transport, RuntimeLifecycleManager lifecycle) {
        this.context = context;
        this.transport = transport;
        this.lifecycle = lifecycle;
    }

    @Override
    public Class<?>[] classes() {
        return new Class<?>[] {WorkerContext.class, RuntimeTransportService.class, RuntimeLifecycleManager.class};
    }

    @Override
    public String[] providesBeans() {
        return new String[] {
            WorkerContext.class.getName(),
            RuntimeTransportService.class.getName(),
            RuntimeLifecycleManager.class.getName()
        };
    }

    @Override
    public void build(Builder builder) {
        provide(builder, WorkerContext.class, context);
        provide(builder, RuntimeTransportService.class, transport);
        provide(builder, RuntimeLifecycleManager.class, lifecycle);
    }

    private static <T> void provide(Builder builder, Class<T> type, T bean) {
        if (builder.isBeanAbsent(type)) {
            builder.register(bean);
        }
    }
}

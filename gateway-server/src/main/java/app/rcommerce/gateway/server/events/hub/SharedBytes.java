package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.server.memory.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * Bytes that many clients are sent, outside of the heap: they count once in the budget of all, from when they are made
 * until the last client has taken them.
 */
final class SharedBytes extends UnpooledDirectByteBuf {

    private final MemoryBudget budget;
    private final int size;

    private SharedBytes(byte[] bytes, MemoryBudget budget) {
        super(UnpooledByteBufAllocator.DEFAULT, bytes.length, bytes.length);
        this.budget = budget;
        this.size = bytes.length;
        writeBytes(bytes);
        budget.take(size);
    }

    static ByteBuf of(byte[] bytes, MemoryBudget budget) {
        return new SharedBytes(bytes, budget);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        budget.release(size);
    }
}

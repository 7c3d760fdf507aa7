package app.rcommerce.gateway.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A filter that makes a listening socket deaf to new connections while it completes those that have begun. Where
 * several sockets share an address the kernel would go on to give this one its part until the very moment it is closed,
 * and reset what it has not accepted by then. A client that is not heard asks again a second later (RFC 6298), and is
 * heard by another socket. The filter is a program for the kernel's packet filter (BPF). Stateless.
 */
final class SynFilter {

    private static final Logger LOG = LoggerFactory.getLogger(SynFilter.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    /** The length of {@code struct sock_fprog} on 64 bits: the number of instructions, and their address. */
    private static final int PROGRAM_BYTES = 16;

    private static final int INSTRUCTION_BYTES = 8;

    private static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES);

    /** The offset of the flags in a TCP header (RFC 9293 section 3.1), and two of them. */
    private static final int FLAGS = 13;

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    /** One instruction: {@code struct sock_filter}. */
    private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private static final Instruction[] PROGRAM = {
        new Instruction(0x30, 0, 0, FLAGS), // load the byte
        new Instruction(0x54, 0, 0, SYN | ACK), // and
        new Instruction(0x15, 0, 1, SYN), // is it a SYN alone?
        new Instruction(0x06, 0, 0, 0), // drop it
        new Instruction(0x06, 0, 0, -1), // keep all of it
    };

    private SynFilter() {}

    /** Attaches the filter; returns whether it could be: not with NIO, nor where the system forbids it. */
    static boolean attach(Channel listening) {
        if (Buffer.addressSize() * 2 != PROGRAM_BYTES) {
            return false;
        }
        ByteBuffer instructions = buffer(PROGRAM.length * INSTRUCTION_BYTES);
        ByteBuffer program = buffer(PROGRAM_BYTES);
        try {
            for (Instruction one : PROGRAM) {
                instructions
                        .putShort((short) one.code())
                        .put((byte) one.ifTrue())
                        .put((byte) one.ifFalse())
                        .putInt(one.value());
            }
            program.putShort(0, (short) PROGRAM.length).putLong(PROGRAM_BYTES / 2, Buffer.memoryAddress(instructions));
            // The kernel copies the program.
            return listening.config().setOption(OPTION, program);
        } catch (RuntimeException e) {
            LOG.warn("what is not accepted when the listener closes may be reset: {}", e.toString());
            return false;
        } finally {
            Reference.reachabilityFence(instructions);
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}

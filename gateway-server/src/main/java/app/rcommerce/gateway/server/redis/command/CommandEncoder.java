package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.resp.RespWriter;
import io.netty.buffer.ByteBuf;

/** Writes commands as Redis reads them. Stateless. */
final class CommandEncoder {

    private CommandEncoder() {}

    static void write(ByteBuf out, Command command) {
        Object[] parameters = command.parameters();
        String subName = command.command().getSubName();
        RespWriter.begin(out, parameters.length + (subName == null ? 1 : 2));
        RespWriter.text(out, command.command().getName());
        if (subName != null) {
            RespWriter.text(out, subName);
        }
        for (Object parameter : parameters) {
            if (parameter instanceof byte[] bytes) {
                RespWriter.bytes(out, bytes);
            } else {
                RespWriter.text(out, parameter.toString());
            }
        }
    }
}

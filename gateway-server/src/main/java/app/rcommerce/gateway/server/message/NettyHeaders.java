package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.http.Headers;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** {@link Headers} over Netty's, without copying. Confined to one event loop. */
public record NettyHeaders(HttpHeaders headers) implements Headers {

    @Override
    public @Nullable String get(String name) {
        return headers.get(name);
    }

    @Override
    public List<String> all(String name) {
        return FieldLines.of(headers, name);
    }

    @Override
    public boolean contains(String name) {
        return headers.contains(name);
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            visitor.accept(entry.getKey().toString(), entry.getValue().toString());
        }
    }
}

package app.rcommerce.gateway.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopByHopTest {

    @Test
    void whatConnectionNamesGoesButForWhatOthersRelyOn() {
        HttpHeaders head = new DefaultHttpHeaders()
                .add("Connection", "close, X-Mine , authorization")
                .add("connection", "x-forwarded-for,x-yours")
                .add("X-Mine", "1")
                .add("X-Yours", "2")
                .add("Keep-Alive", "5")
                .add("TE", "trailers")
                .add("Proxy-Authorization", "Basic abc")
                .add("Authorization", "Bearer abc")
                .add("X-Forwarded-For", "192.0.2.1")
                .add("Accept", "*/*");
        HopByHop.remove(head);
        assertThat(head.names()).containsExactlyInAnyOrder("Authorization", "X-Forwarded-For", "Accept");
    }

    @Test
    void trailersHoldNothingThatFramesRoutesOrAuthenticates() {
        HttpHeaders trailers = new DefaultHttpHeaders()
                .add("Content-Length", "5")
                .add("Transfer-Encoding", "chunked")
                .add("Set-Cookie", "a=b")
                .add("Content-Type", "text/html")
                .add("WWW-Authenticate", "Basic")
                .add("Connection", "close")
                .add("X-Named", "1")
                .add("Digest", "abc");
        HopByHop.removeFromTrailers(trailers, List.of("x-named"));
        assertThat(trailers.names()).containsExactly("Digest");
    }
}

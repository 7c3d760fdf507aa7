package app.rcommerce.gateway.server.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** An authority with certificates that it has signed, their files in a folder, and clients that trust it. */
public final class TestCertificates {

    private final Path folder;
    private final X509Bundle authority;

    public TestCertificates(Path folder) throws Exception {
        this.folder = folder;
        this.authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    }

    /** The authority's own certificate, in a file. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    private static CertificateBuilder builder(CertificateBuilder.Algorithm kind, String... names) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            boolean address = name.matches("[0-9.]+|.*:.*");
            byte[] bytes =
                    address ? InetAddress.ofLiteral(name).getAddress() : name.getBytes(StandardCharsets.US_ASCII);
            all.write(address ? 0x87 : 0x82);
            all.write(bytes.length);
            all.writeBytes(bytes);
        }
        byte[] sequence = new byte[all.size() + 2];
        sequence[0] = 0x30;
        sequence[1] = (byte) all.size();
        System.arraycopy(all.toByteArray(), 0, sequence, 2, all.size());
        // By hand, since the builder takes no name with an asterisk (RFC 5280 §4.2.1.6).
        return new CertificateBuilder()
                .algorithm(kind)
                .subject("CN=" + names[0])
                .addExtensionOctetString("2.5.29.17", false, sequence);
    }

    /** Writes {@code FILE.pem} and {@code FILE.key} with a certificate for these names. */
    public X509Bundle write(String file, CertificateBuilder.Algorithm kind, String... names) throws Exception {
        X509Bundle made = builder(kind, names).buildIssuedBy(authority);
        write(file, made);
        return made;
    }

    /** Writes one that lasts from and until so long from now. */
    public void writeLasting(String file, Duration from, Duration until, String... names) throws Exception {
        Instant now = Instant.now();
        write(
                file,
                builder(CertificateBuilder.Algorithm.ecp256, names)
                        .notBefore(now.plus(from))
                        .notAfter(now.plus(until))
                        .buildIssuedBy(authority));
    }

    /** One for a client that lasts so long from now; not written anywhere. */
    public X509Bundle lasting(Duration until, String name) throws Exception {
        return builder(CertificateBuilder.Algorithm.ecp256, name)
                .notBefore(Instant.now().minusSeconds(60))
                .notAfter(Instant.now().plus(until))
                .buildIssuedBy(authority);
    }

    private void write(String file, X509Bundle made) throws IOException {
        Files.writeString(folder.resolve(file + ".pem"), made.getCertificatePathPEM());
        Files.writeString(folder.resolve(file + ".key"), made.getPrivateKeyPEM());
    }

    /** The entry of {@code certificates} for what was written under this name. */
    public String entry(String file) {
        return "{ cert = \"%s\", key = \"%s\" }"
                .formatted(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
    }

    /** What a client needs that trusts the authority, and shows this certificate where it is asked for one. */
    public SSLContext client(@Nullable X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = null;
        if (own != null) {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = own.toKeyStore("changeit".toCharArray());
            factory.init(store, "changeit".toCharArray());
            keys = factory.getKeyManagers();
        }
        context.init(keys, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }

    /** What a client needs that trusts the authority, and shows this certificate whoever is asked for. */
    public SSLContext clientThatShows(X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Insists(own)}, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }

    private static final class Insists extends X509ExtendedKeyManager {
        private final X509Bundle own;

        Insists(X509Bundle own) {
            this.own = own;
        }

        @Override
        public String[] getClientAliases(String kind, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String chooseEngineClientAlias(String[] kinds, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String kind, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificatePath();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getKeyPair().getPrivate();
        }
    }

    /** What a client needs that trusts everybody, whatever signed their certificates. */
    public static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        return context;
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /**
     * A connection to a port of this machine whose handshake is yet to be made, asking for this name; null for none.
     */
    public static SSLSocket connect(SSLContext context, int port, @Nullable String name) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        socket.setSoTimeout(10_000);
        if (name != null) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }
}

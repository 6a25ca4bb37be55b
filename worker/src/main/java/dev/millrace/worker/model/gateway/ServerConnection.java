package dev.millrace.worker.model.gateway;

import dev.millrace.worker.sandbox.Connection;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** HTTP over a connection out of a sandbox. An answer that breaks off is cut, where the library would end it well. */
final class ServerConnection extends DefaultBHttpServerConnection {
    private final Connection connection;

    ServerConnection(Connection connection, Http1Config bounds) throws IOException {
        super("http", bounds);
        this.connection = connection;
        bind(new StreamSocket(connection));
    }

    @Override
    public void sendResponseEntity(ClassicHttpResponse response) throws HttpException, IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            response.setEntity(new HttpEntityWrapper(entity) {
                @Override
                public void writeTo(OutputStream out) throws IOException {
                    try {
                        super.writeTo(out);
                    } catch (IOException broken) {
                        connection.close();
                        throw broken;
                    }
                }
            });
        }
        super.sendResponseEntity(response);
    }
}

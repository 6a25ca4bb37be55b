package dev.millrace.scripted;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** Cuts an answer that breaks off, where the library would end it well. */
final class CuttingConnection extends DefaultBHttpServerConnection {
    CuttingConnection() {
        super("http", Http1Config.DEFAULT);
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
                        getSocketHolder().getSocket().close();
                        throw broken;
                    }
                }
            });
        }
        super.sendResponseEntity(response);
    }
}

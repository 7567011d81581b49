package puna.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;

/// A server as a process: one message a line, to its standard input and from its standard output.
/// Its standard error is a log, whose end tells why it has ended.
final class StdioTransport implements McpTransport {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final int MOST_UNSENT = 1024;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"?(\\d{1,18})\\b");

  private final McpServer.Command command;
  private final BlockingQueue<String> unsent = new ArrayBlockingQueue<>(MOST_UNSENT);
  private final LastLines log = new LastLines();
  private volatile @Nullable ServerProcess server;
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  StdioTransport(McpServer.Command command) {
    this.command = command;
  }

  @Override
  public void start(Listener to) {
    ServerProcess started = ServerProcess.start(command);
    listener = to;
    server = started;
    Process process = started.process();
    Thread errors = thread("log", () -> log.read(process.getErrorStream()));
    Thread reader = thread("read", () -> read(process.getInputStream(), to));
    thread("write", () -> write(process.getOutputStream()));
    thread("watch", () -> watch(process, reader, errors, to));
  }

  private static Thread thread(String name, Runnable body) {
    // Platform threads: reading from a process holds on to the carrier of a virtual one.
    return Thread.ofPlatform().daemon().name("puna mcp " + name).start(body);
  }

  @Override
  public void send(JsonObject message) {
    if (!unsent.offer(McpSession.text(message)) && listener != null) {
      fail(listener, "the MCP server does not read what is sent to it");
    }
  }

  @Override
  public void ready(String version, JsonObject notification) {
    if (server != null) {
      server.look();
    }
    send(notification);
  }

  @Override
  public void abandon(long id) {}

  // Who comes second waits until the process has ended.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (server != null) {
      server.close();
    }
  }

  private void write(OutputStream out) {
    try (out) {
      while (!closed) {
        String line = unsent.poll(200, TimeUnit.MILLISECONDS);
        if (line != null) {
          out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "an MCP server no longer reads", e);
      Listener to = listener;
      if (to != null && server != null && !closed && !endsSoon(server.process())) {
        fail(to, "the MCP server has closed its standard input" + log.told());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(InputStream in, Listener to) {
    BoundedLines lines = new BoundedLines(in, MAX_MESSAGE);
    try (in) {
      for (String line = lines.next(); line != null && !closed; line = lines.next()) {
        String text = line.startsWith("\uFEFF") ? line.substring(1).strip() : line.strip();
        if (lines.isCutOff()) {
          noise(text, to); // half a message: how it ended says more
        } else {
          line(text, to);
        }
      }
    } catch (BoundedLines.TooLongException e) {
      fail(to, "the MCP server floods: it sent " + McpText.message(e));
      return;
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "an MCP server's output cannot be read", e);
    }
    Process process = server == null ? null : server.process();
    if (process != null && !closed && !endsSoon(process)) {
      fail(to, "the MCP server has closed its standard output" + log.told());
    }
  }

  private void line(String line, Listener to) {
    if (!line.startsWith("{") && !line.startsWith("[")) {
      noise(line, to);
      return;
    }
    try {
      List<JsonObject> messages = McpMessages.read(line);
      messages.forEach(to::received);
      if (messages.isEmpty()) {
        noise(line, to);
      }
    } catch (JsonException e) {
      Matcher id = ID.matcher(line);
      if (line.contains("\"jsonrpc\"") && id.find()) {
        to.failed(
            Long.parseLong(id.group(1)),
            new McpException(
                McpException.Kind.BROKEN,
                "the MCP server's answer cannot be read: " + McpText.line(McpText.message(e), 300),
                e));
      } else {
        noise(line, to);
      }
    }
  }

  private void noise(String line, Listener to) {
    LOGGER.log(
        Level.DEBUG,
        () -> "passed over what is no message of an MCP server: " + McpText.line(line, 200));
    log.add(McpText.cut(line, 1000) + "\n"); // some servers tell there why they end
    to.received(McpJson.EMPTY); // it counts, for there may be no end of it
  }

  private void watch(Process process, Thread reader, Thread errors, Listener to) {
    try {
      int code = process.waitFor();
      // What it wrote before its end is still read; a child of it may hold the streams open.
      reader.join(LAST_WORDS);
      errors.join(LAST_WORDS);
      if (!closed) {
        fail(to, "the MCP server has ended (exit code %s)%s".formatted(code, log.told()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(Listener to, String why) {
    to.ended(McpException.broken(why));
    close();
  }

  private static boolean endsSoon(Process process) {
    try {
      return process.waitFor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}

using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Executing;

/// <summary>
/// One exec session over a WebSocket: binary messages whose first byte says what follows (0 input, 1 output, 2 error
/// output, 3 a control document).
/// </summary>
internal sealed class ExecTerminal(ApiClient client, bool tty) : IDisposable
{
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte ErrorOutput = 2;
    private const byte Control = 3;

    /// <summary>A WebSocket takes one message at a time; keys and new sizes come from two sides.</summary>
    private readonly SemaphoreSlim sending = new(1);

    private int? exitCode;

    public async Task<int> RunAsync(string allocation, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        if (client.Context.Token is { } token) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(Address(allocation, command), cancellation);
        }
        catch (WebSocketException e)
        {
            throw new CommandFailure(
                $"exec in {allocation}: the server refused ({(int)socket.HttpStatusCode}): {e.Message}");
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CancellationToken session = ended.Token;
        using RawTerminal? raw = tty ? RawTerminal.Enter() : null;
        using PosixSignalRegistration? resized = raw is null
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, signal => _ = SendSizeAsync(socket, session));
        Task input = SendInputAsync(socket, session);
        try
        {
            await ReceiveAsync(socket, cancellation);
        }
        catch (WebSocketException) when (exitCode is not null)
        {
            // Everything was said before the connection went.
        }
        catch (WebSocketException e)
        {
            throw new CommandFailure($"The connection to {client.Context.Api} broke: {e.Message}");
        }

        await ended.CancelAsync();
        // Reading the keyboard cannot be cancelled; the process ends with whatever key was awaited.
        _ = input.ContinueWith(static task =>
            _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return exitCode ?? throw new CommandFailure(
            "The session ended without an exit code: the allocation or its node went away.");
    }

    public void Dispose() => sending.Dispose();

    private Uri Address(string allocation, IReadOnlyList<string> command)
    {
        var query = new StringBuilder("?tty=").Append(tty ? "true" : "false");
        foreach (string part in command) query.Append("&command=").Append(Uri.EscapeDataString(part));
        if (tty)
        {
            TerminalSize size = TerminalSize.Read();
            query.Append(CultureInfo.InvariantCulture, $"&columns={size.Columns}&rows={size.Rows}");
        }

        var api = new Uri(client.Context.Api);
        string scheme = api.Scheme == "https" ? "wss" : "ws";
        return new Uri(
            $"{scheme}://{api.Authority}{ApiClient.Prefix}/allocations/{Uri.EscapeDataString(allocation)}/exec{query}");
    }

    private async Task SendInputAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        Stream keyboard = StandardStreams.Input();
        byte[] buffer = new byte[8192];
        buffer[0] = Input;
        while (!cancellation.IsCancellationRequested)
        {
            int read = await keyboard.ReadAsync(buffer.AsMemory(1), cancellation);
            if (read == 0)
            {
                await SendAsync(socket, "\u0003{\"close\":true}"u8.ToArray(), cancellation);
                return;
            }

            await SendAsync(socket, buffer.AsMemory(0, read + 1), cancellation);
        }
    }

    private async Task SendSizeAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        TerminalSize size = TerminalSize.Read();
        string control = string.Create(
            CultureInfo.InvariantCulture,
            $"\u0003{{\"resize\":{{\"columns\":{size.Columns},\"rows\":{size.Rows}}}}}");
        try
        {
            await SendAsync(socket, Encoding.UTF8.GetBytes(control), cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The session has ended, and nobody needs the size any more.
        }
    }

    private async Task SendAsync(
        ClientWebSocket socket, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        Stream output = StandardStreams.Output();
        Stream errors = StandardStreams.Error();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close) return;
            if (length == 0) continue;
            ReadOnlyMemory<byte> body = buffer.AsMemory(1, length - 1);
            switch (buffer[0])
            {
                case Output:
                    await output.WriteAsync(body, cancellation);
                    await output.FlushAsync(cancellation);
                    break;
                case ErrorOutput:
                    await errors.WriteAsync(body, cancellation);
                    break;
                case Control:
                    using (JsonDocument document = JsonDocument.Parse(body)) Obey(document.RootElement);
                    break;
                default:
                    throw new CommandFailure(
                        $"The server sent a message of unknown kind {buffer[0]}: is it of another version?");
            }
        }
    }

    private void Obey(JsonElement control)
    {
        if (control.Number("exit") is { } code) exitCode = (int)code;
        if (control.Text("failure") is { } failure) throw new CommandFailure(failure, exitCode ?? ExitCodes.Failed);
    }
}

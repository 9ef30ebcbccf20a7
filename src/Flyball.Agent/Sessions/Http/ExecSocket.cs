using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Sessions.Http;

/// <summary>
/// One exec session over a WebSocket: binary messages whose first byte says what follows (0 input, 1 output, 2 error
/// output, 3 a control document: resize and close from the client, exit and failure to it).
/// </summary>
internal sealed class ExecSocket(WebSocket socket, IExecSession session, TimeProvider time)
{
    /// <summary>A larger message from the client ends the session.</summary>
    private const int MessageBytesMax = 64 * 1024;

    /// <summary>How long a client may take to close its side once it was told the exit code.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private string? unreachable;

    /// <summary>Null when the command ended or its client left; else why it could not go on, as the client was
    /// told.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task input = ReceiveAsync(ended);
        string? failure = null;
        try
        {
            while (await ReadAsync(ended.Token) is { } output)
                await SendAsync(output.IsError ? (byte)2 : (byte)1, output.Bytes, ended.Token);
            failure = unreachable;
            await SendControlAsync(
                failure is null
                    ? $"{{\"exit\":{session.ExitCode ?? -1}}}"
                    : $"{{\"failure\":{JsonSerializer.Serialize(failure, AgentJson.Default.String)}}}",
                cancellation);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            // Reading goes on until the client has closed: stopping earlier resets the connection, and what was sent
            // last, the exit code, might never arrive.
            await Task.WhenAny(input, Task.Delay(CloseTimeout, time, ended.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client hung up, which ends the command.
        }

        await ended.CancelAsync();
        await input;
        return failure;
    }

    private async ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await session.ReadAsync(cancellation);
        }
        catch (AllocationAccessException e)
        {
            unreachable = e.Message;
            return null;
        }
    }

    private async Task ReceiveAsync(CancellationTokenSource ended)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MessageBytesMax);
        try
        {
            while (await NextAsync(buffer, ended.Token) is { } length)
            {
                if (length > 0) await TakeAsync(buffer.AsMemory(0, length), ended.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or JsonException)
        {
            // Falls through: without its client, or with one that talks nonsense, the command is ended.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await ended.CancelAsync();
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        try
        {
            if (message.Span[0] == 0) await session.WriteInputAsync(message[1..].ToArray(), cancellation);
            else if (message.Span[0] == 3) await ObeyAsync(message[1..], cancellation);
        }
        catch (AllocationAccessException)
        {
            // The command has ended: its input goes nowhere, and the reading side tells the client how it ended.
        }
    }

    private async ValueTask<int?> NextAsync(byte[] buffer, CancellationToken cancellation)
    {
        int length = 0;
        while (length < MessageBytesMax)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(
                buffer.AsMemory(length, MessageBytesMax - length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return length;
        }

        return null;
    }

    private async ValueTask ObeyAsync(ReadOnlyMemory<byte> control, CancellationToken cancellation)
    {
        using JsonDocument document = JsonDocument.Parse(control);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("close", out _)) await session.CloseInputAsync(cancellation);
        if (root.TryGetProperty("resize", out JsonElement resize)
            && resize.TryGetProperty("columns", out JsonElement columns) &&
            resize.TryGetProperty("rows", out JsonElement rows) && columns.TryGetInt32(out int width)
                && rows.TryGetInt32(out int height))
            await session.ResizeAsync(width, height, cancellation);
    }

    private async ValueTask SendAsync(byte kind, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(bytes.Length + 1);
        message[0] = kind;
        bytes.CopyTo(message.AsMemory(1));
        await socket.SendAsync(message.AsMemory(0, bytes.Length + 1), WebSocketMessageType.Binary, true, cancellation);
        ArrayPool<byte>.Shared.Return(message);
    }

    private ValueTask SendControlAsync(string json, CancellationToken cancellation) =>
        SendAsync(3, System.Text.Encoding.UTF8.GetBytes(json), cancellation);
}

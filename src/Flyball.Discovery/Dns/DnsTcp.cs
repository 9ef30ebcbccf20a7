using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Dns;

/// <summary>DNS over TCP (RFC 7766): messages with their length before them, several on one connection.</summary>
internal sealed partial class DnsTcp(
    DnsAnswerer answerer, DiscoveryMetrics metrics, TimeProvider time, ILogger<DnsTcp> logger) : IDisposable
{
    /// <summary>Connections at a time; one more is closed at once.</summary>
    private const int ConnectionsMax = 1_000;

    private const int PrefixBytes = 2;
    private const int AnswerBytesMax = 65_535;

    /// <summary>For the next question, and for the client to take an answer.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private Socket? listener;
    private Task accepting = Task.CompletedTask;
    private int connections;

    public void Start(IPEndPoint door)
    {
        listener = new Socket(door.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(door);
        listener.Listen(512);
        accepting = AcceptAsync(listener);
    }

    public async Task StopAsync()
    {
        stopping.Cancel();
        listener?.Dispose();
        await accepting;
    }

    public void Dispose()
    {
        listener?.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync(Socket from)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await from.AcceptAsync(stopping.Token);
                if (Interlocked.Increment(ref connections) > ConnectionsMax)
                {
                    metrics.Refused($"{nameof(ConnectionsMax)}: DNS over TCP");
                    Interlocked.Decrement(ref connections);
                    client.Dispose();
                }
                else _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                Log.NotAccepted(logger, e.Message);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        byte[] question = ArrayPool<byte>.Shared.Rent(AnswerBytesMax);
        byte[] answer = ArrayPool<byte>.Shared.Rent(PrefixBytes + AnswerBytesMax);
        try
        {
            client.NoDelay = true;
            await using var stream = new NetworkStream(client);
            uint start = 0;
            while (true)
            {
                using var limit = new CancellationTokenSource(Idle, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.Token);
                await stream.ReadExactlyAsync(question.AsMemory(0, PrefixBytes), either.Token);
                int size = BinaryPrimitives.ReadUInt16BigEndian(question);
                await stream.ReadExactlyAsync(question.AsMemory(0, size), either.Token);
                int length = answerer.Answer(
                    question.AsSpan(0, size), answer.AsSpan(PrefixBytes, AnswerBytesMax), isUdp: false, start++,
                    out DnsCode code);
                if (length == 0) return;
                BinaryPrimitives.WriteUInt16BigEndian(answer, (ushort)length);
                await stream.WriteAsync(answer.AsMemory(0, PrefixBytes + length), either.Token);
                metrics.DnsAnswered(code);
            }
        }
        catch (Exception e) when (
            e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or is too slow.
            Log.Ended(logger, e.Message);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
        }
        finally
        {
            client.Dispose();
            Interlocked.Decrement(ref connections);
            ArrayPool<byte>.Shared.Return(question);
            ArrayPool<byte>.Shared.Return(answer);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4041, LogLevel.Warning, "A DNS connection was not accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, string reason);

        [LoggerMessage(4042, LogLevel.Debug, "A DNS connection ended: {Reason}")]
        public static partial void Ended(ILogger logger, string reason);

        [LoggerMessage(4044, LogLevel.Error, "BUG: a DNS question over TCP failed in a way nobody expected")]
        public static partial void Failed(ILogger logger, Exception reason);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HdrHistogram;

namespace Flyball.Benchmarks.Discovery;

/// <summary>
/// One blocking query a service, each on a connection of its own, asked again as soon as it is answered.
/// </summary>
internal sealed class Watchers(IPEndPoint door, int services) : IAsyncDisposable
{
    private const long MicrosecondsMax = 60_000_000;

    private readonly long[] changed = new long[services];
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly List<Task> running = [];
    private int open;
    private long answers;
    private long notConcerned;

    public int Count => services;

    public LongHistogram Latency { get; private set; } = new(MicrosecondsMax, 3);

    public long Answers => Volatile.Read(ref answers);

    /// <summary>Answers of services that had not changed.</summary>
    public long NotConcerned => Volatile.Read(ref notConcerned);

    public void Changing(int service) => Interlocked.CompareExchange(ref changed[service], Stopwatch.GetTimestamp(), 0);

    public void Reset()
    {
        lock (gate) Latency = new LongHistogram(MicrosecondsMax, 3);
        answers = notConcerned = 0;
    }

    /// <summary>Returns when every query has been answered once and waits.</summary>
    public async Task OpenAsync()
    {
        for (int i = 0; i < services; i++)
        {
            running.Add(WatchAsync(i));
            // As fast as connections are taken.
            while (i - Volatile.Read(ref open) > 256) await Task.Delay(5);
        }

        while (Volatile.Read(ref open) < services) await Task.Delay(20);
        await Task.Delay(1_000);
    }

    public async ValueTask DisposeAsync()
    {
        ending.Cancel();
        await Task.WhenAll(running);
    }

    private async Task WatchAsync(int service)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        byte[] buffer = new byte[32 * 1024];
        try
        {
            await socket.ConnectAsync(door, ending.Token);
            ulong index = 0;
            while (true)
            {
                string request =
                    $"GET /v1/health/service/service-{service}?index={index}&wait=10m HTTP/1.1\r\nHost: x\r\n\r\n";
                await socket.SendAsync(Encoding.ASCII.GetBytes(request), ending.Token);
                ulong next = await ReadAsync(socket, buffer);
                if (index == 0) Interlocked.Increment(ref open);
                else Answered(service);
                index = next;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            if (!ending.IsCancellationRequested) throw;
        }
    }

    private void Answered(int service)
    {
        Interlocked.Increment(ref answers);
        long began = Interlocked.Exchange(ref changed[service], 0);
        if (began == 0)
        {
            Interlocked.Increment(ref notConcerned);
            return;
        }

        long microseconds = (long)Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        lock (gate) Latency.RecordValue(Math.Clamp(microseconds, 1, MicrosecondsMax - 1));
    }

    private async Task<ulong> ReadAsync(Socket socket, byte[] buffer)
    {
        int got = 0;
        while (true)
        {
            int more = await socket.ReceiveAsync(buffer.AsMemory(got), ending.Token);
            if (more == 0) throw new IOException("The server closed.");
            got += more;
            int end = buffer.AsSpan(0, got).IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;
            string head = Encoding.ASCII.GetString(buffer, 0, end + 2);
            if (got < end + 4 + (int)Field(head, "Content-Length: ")) continue;
            return Field(head, "X-Consul-Index: ");
        }
    }

    private static ulong Field(string head, string name)
    {
        int at = head.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return ulong.Parse(head.AsSpan(at, head.IndexOf('\r', at) - at));
    }
}

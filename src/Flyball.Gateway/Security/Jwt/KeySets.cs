using System.Threading.Channels;
using Flyball.Base.Work;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Security.Jwt;

/// <summary>
/// The key sets of all routes, one for each address, fetched in the background. Routes take and let go of them on the
/// routing table's thread.
/// </summary>
internal sealed partial class KeySets(
    KeySetOptions options, IWorkers workers, TimeProvider time, ILogger<KeySets> logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Held> held = new(StringComparer.Ordinal);
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = options.Timeout,
        MaxResponseContentBufferSize = options.BytesMax,
    };

    public KeySetSource Take(string address)
    {
        lock (gate)
        {
            if (!held.TryGetValue(address, out Held? one))
            {
                one = new Held(new KeySetSource(address, options, Signal));
                held.Add(address, one);
            }

            one.Users++;
            Signal();
            return one.Source;
        }
    }

    public void LetGo(KeySetSource source)
    {
        lock (gate)
        {
            if (held.TryGetValue(source.Address, out Held? one) && one.Source == source && --one.Users == 0)
                held.Remove(source.Address);
        }
    }

    /// <summary>Fetches what is due, until cancelled. It sleeps while no route has a set to fetch.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset next = DateTimeOffset.MaxValue;
            foreach (KeySetSource source in Sources())
            {
                if (source.IsInline || source.IsFetching) continue;
                if (source.DueAt <= now) _ = FetchAsync(source, cancellation);
                else if (source.DueAt < next) next = source.DueAt;
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task heard = HearAsync(wait.Token);
            await (next == DateTimeOffset.MaxValue
                ? heard
                : Task.WhenAny(heard, Pause.ForAsync(next - now, time, wait.Token)));
            wait.Cancel();
            changed.Reader.TryRead(out _);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => http.Dispose();

    private async Task FetchAsync(KeySetSource source, CancellationToken cancellation)
    {
        source.IsFetching = true;
        try
        {
            string json = await ReadAsync(source.Address, cancellation);
            KeySet? keys = KeySet.Parse(json, out string? problem);
            if (keys is null) Fail(source, problem!);
            else source.Fetched(keys, time.GetUtcNow());
            if (keys is not null && problem is not null) Log.LeftOut(logger, source.Address, problem);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException
            or UriFormatException or NotSupportedException or InvalidOperationException)
        {
            Fail(source, e.Message);
        }
        catch (OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested)
                Fail(source, $"no answer within {options.Timeout.TotalSeconds:0} s");
        }
        finally
        {
            source.IsFetching = false;
            Signal();
        }
    }

    private async Task<string> ReadAsync(string address, CancellationToken cancellation)
    {
        var uri = new Uri(address, UriKind.Absolute);
        if (!uri.IsFile) return await http.GetStringAsync(uri, cancellation);
        return await workers.RunAsync(() => KeySetFile.Read(uri.LocalPath, options.BytesMax), cancellation);
    }

    private void Fail(KeySetSource source, string problem)
    {
        source.Failed(problem, time.GetUtcNow());
        Log.NotFetched(logger, source.Address, problem);
    }

    private KeySetSource[] Sources()
    {
        lock (gate) return [.. held.Values.Select(one => one.Source)];
    }

    private async Task HearAsync(CancellationToken cancellation)
    {
        try
        {
            await changed.Reader.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The wait is over, one way or the other.
        }
    }

    private void Signal() => changed.Writer.TryWrite(true);

    private sealed class Held(KeySetSource source)
    {
        public KeySetSource Source => source;

        public int Users { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(3131, LogLevel.Error, "The key set {Address} could not be fetched: {Reason}")]
        public static partial void NotFetched(ILogger logger, string address, string reason);

        [LoggerMessage(3132, LogLevel.Warning, "Of the key set {Address} not all is used: {Reason}")]
        public static partial void LeftOut(ILogger logger, string address, string reason);
    }
}

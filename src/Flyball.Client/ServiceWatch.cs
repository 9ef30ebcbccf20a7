using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Flyball.Client;

/// <summary>
/// Follows one service for as long as somebody uses it. What was last said stays while the catalogue is away.
/// </summary>
internal sealed partial class ServiceWatch : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly HttpClient client;
    private readonly FlyballDiscoveryOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource end = new();
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private ServicePlaces current = ServicePlaces.Unknown;
    private CancellationTokenSource changed = new();

    public ServiceWatch(
        string service, HttpClient client, FlyballDiscoveryOptions options, TimeProvider time, ILogger logger)
    {
        Service = service;
        this.client = client;
        this.options = options;
        this.time = time;
        this.logger = logger;
        _ = Task.Run(RunAsync);
    }

    public string Service { get; }

    /// <summary>How many use it; counted by <see cref="ServiceWatches"/>.</summary>
    public int Users { get; set; }

    /// <summary>What is known, and a token that fires when it is no longer so.</summary>
    public (ServicePlaces Places, IChangeToken Changed) Current
    {
        get
        {
            lock (gate) return (current, new CancellationChangeToken(changed.Token));
        }
    }

    /// <summary>Returns with the first answer, or when waiting for it has taken long enough.</summary>
    public async Task FirstAsync(CancellationToken cancellation)
    {
        try
        {
            await answered.Task.WaitAsync(options.FirstAnswer, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Others may know the name; and the token tells when this one does.
        }
    }

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }

    private async Task RunAsync()
    {
        CancellationToken cancellation = end.Token;
        ulong index = 0;
        TimeSpan pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var deadline = new CancellationTokenSource(options.Wait * 1.25 + LongestPause, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
                (IReadOnlyList<EndPoint> places, ulong at) = await ConsulQuery.AskAsync(
                    client, Service, index, options.Wait, either.Token).ConfigureAwait(false);
                // An index that goes back is of another server: everything is asked for anew.
                index = at < index ? 0 : at;
                pause = FirstPause;
                Take(places);
                continue;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException
                or OperationCanceledException or InvalidOperationException)
            {
                Log.Away(logger, Service, e.Message);
                index = 0;
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Take(IReadOnlyList<EndPoint> places)
    {
        CancellationTokenSource before;
        lock (gate)
        {
            // A change of what this client does not ask for.
            if (current.IsKnown && current.Places.SequenceEqual(places)) return;
            current = new ServicePlaces(places, true);
            before = changed;
            changed = new CancellationTokenSource();
        }

        answered.TrySetResult();
        before.Cancel();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "The catalogue does not say where {Service} is: {Reason}. The last known stays")]
        public static partial void Away(ILogger logger, string service, string reason);
    }
}

using System.Text.Json;
using Flyball.Base.Work;
using Flyball.Discovery.Sources;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// Follows one service in the catalogue for as long as a port leads to it. What was last said stays while the catalogue
/// is away, and the last back ends go only when it has said for a while, without a failure in between, that there are
/// none: a server that lost its data must not empty a working sidecar.
/// </summary>
internal sealed partial class ServiceFollower : IAsyncDisposable
{
    /// <summary>An empty answer counts when it has stood so long.</summary>
    public static readonly TimeSpan EmptyAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NamesWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly string query;
    private readonly CatalogueClient catalogue;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly ILogger logger;
    private readonly InstancePlaces naming;
    private readonly CancellationTokenSource ending = new();
    private Task running = Task.CompletedTask;
    private long? emptySince;

    /// <param name="query">What is asked (<see cref="Configuring.UseSpec.Query"/>).</param>
    /// <param name="known">From the disk; null for nothing.</param>
    public ServiceFollower(
        string query, BackEndPlace[]? known, CatalogueClient catalogue, TimeProvider time, Random random,
        ILogger logger)
    {
        this.query = query;
        this.catalogue = catalogue;
        this.time = time;
        this.random = random;
        this.logger = logger;
        naming = new InstancePlaces(time);
        Places = known ?? [];
        IsKnown = known is not null;
    }

    public string Query => query;

    /// <summary>What is used.</summary>
    public BackEndPlace[] Places { get; private set; }

    /// <summary>The catalogue has said something about it, if only before the last restart.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Why what is known may be out of date; null while it is not.</summary>
    public string? Problem { get; private set; } = "it was not asked yet";

    /// <summary>Failures to follow it, since the start.</summary>
    public long Failures { get; private set; }

    /// <summary>Called on this follower's task when <see cref="Places"/> is another one.</summary>
    public Action<ServiceFollower> Changed { get; set; } = _ => { };

    public void Start() => running = RunAsync(ending.Token);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    /// <summary>What an answer means: pure but for the clock.</summary>
    internal void Take(BackEndPlace[] places)
    {
        if (places.Length > 0 || Places.Length == 0) emptySince = null;
        else if (!MayEmpty()) return;
        bool isSame = IsKnown && Places.SequenceEqual(places);
        (Places, IsKnown) = (places, true);
        if (!isSame) Changed(this);
    }

    /// <summary>A failure breaks the time for which it was empty.</summary>
    internal void Fail(string reason)
    {
        emptySince = null;
        Failures++;
        if (Problem != reason) Log.Away(logger, query, reason);
        Problem = reason;
    }

    private bool MayEmpty()
    {
        emptySince ??= time.GetTimestamp();
        if (time.GetElapsedTime(emptySince.Value) < EmptyAfter) return false;
        Log.Emptied(logger, query, EmptyAfter.TotalSeconds);
        emptySince = null;
        return true;
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        var index = new FollowedIndex(time);
        TimeSpan pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                ulong at = await AskAsync(index.Ask(), cancellation);
                pause = FirstPause;
                await index.AnsweredAsync(at, cancellation);
                continue;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is CatalogueException or SourceException)
            {
                Fail(e.Message);
                index.Reset();
            }

            try
            {
                await Pause.ForAsync(pause * (0.5 + (random.NextDouble() / 2)), time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<ulong> AskAsync(ulong index, CancellationToken cancellation)
    {
        (JsonDocument json, ulong at) = await catalogue.FollowAsync(query, index, Wait(), cancellation);
        using JsonDocument document = json;
        (List<SourceInstance> instances, List<string> unreadable) =
            ConsulAnswer.Instances(document.RootElement, withSources: true);
        if (unreadable.Count > 0) Log.Unreadable(logger, query, unreadable.Count, unreadable[0]);
        Take(await naming.OfAsync(instances, cancellation));
        if (Problem is not null) Log.Followed(logger, query, Places.Length);
        Problem = null;
        return at;
    }

    private TimeSpan Wait()
    {
        TimeSpan wait = naming.HasNames ? NamesWait : LongestWait;
        if (emptySince is not { } since) return wait;
        TimeSpan rest = EmptyAfter - time.GetElapsedTime(since);
        TimeSpan least = TimeSpan.FromMilliseconds(100);
        return rest < least ? least : rest < wait ? rest : wait;
    }

    private static partial class Log
    {
        [LoggerMessage(4080, LogLevel.Warning,
            "The catalogue does not say where {Service} is: {Reason}. The last known stays")]
        public static partial void Away(ILogger logger, string service, string reason);

        [LoggerMessage(4081, LogLevel.Information, "{Service} is followed: {Count} back ends")]
        public static partial void Followed(ILogger logger, string service, int count);

        [LoggerMessage(4082, LogLevel.Warning,
            "{Service} has no instance any more: the catalogue has said so for {Seconds} s")]
        public static partial void Emptied(ILogger logger, string service, double seconds);

        [LoggerMessage(4083, LogLevel.Warning, "{Count} instances of {Service} make no sense, first {First}")]
        public static partial void Unreadable(ILogger logger, string service, int count, string first);
    }
}

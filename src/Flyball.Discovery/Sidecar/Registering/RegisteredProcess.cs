using Flyball.Base.Work;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sidecar.Configuring;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Registering;

/// <summary>
/// Keeps one local process in the catalogue: registers it once its checks have looked, tells each change at once and
/// renews the lease thrice in its time, registers anew when the catalogue has forgotten it.
/// </summary>
internal sealed partial class RegisteredProcess : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Of each of the last words, so that an end is not held up by a catalogue that is away.</summary>
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(2);

    private readonly CatalogueClient catalogue;
    private readonly CheckParts parts;
    private readonly TimeSpan renewal;
    private readonly Random random;
    private readonly LocalCheck[] checks;
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim changed = new(0, 1);
    private Task[] running = [];
    private bool isSent;

    public RegisteredProcess(
        RegisterSpec spec, TimeSpan lease, CatalogueClient catalogue, CheckParts parts, Random random)
    {
        Spec = spec;
        this.catalogue = catalogue;
        this.parts = parts;
        this.random = random;
        renewal = lease / 3;
        checks = [.. spec.Checks.Select(one => new LocalCheck(one, parts))];
    }

    public RegisterSpec Spec { get; }

    /// <summary>What the catalogue was last told; null while it was told nothing.</summary>
    public CheckStatus? Told { get; private set; }

    /// <summary>The catalogue has it, as far as is known here.</summary>
    public bool IsRegistered { get; private set; }

    /// <summary>Why it is not in the catalogue; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The worst of its checks; null before all of them have looked.</summary>
    public CheckVerdict? Verdict
    {
        get
        {
            CheckVerdict? worst = null;
            foreach (LocalCheck check in checks)
            {
                if (check.Verdict is not { } one) return null;
                if (worst is null || one.Status > worst.Value.Status)
                    worst = one with { Output = $"{check.Spec.Name}: {one.Output}" };
            }

            return worst;
        }
    }

    public void Start() => running =
        [KeepAsync(ending.Token), .. checks.Select(check => CheckAsync(check, ending.Token))];

    /// <summary>
    /// Says that it takes nothing new; false when there is nobody who might send something. Also when this sidecar has
    /// not been heard yet: there may be a registration of the one before it.
    /// </summary>
    public async Task<bool> BeginEndAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(running);
        if (Told == CheckStatus.Critical) return false;
        return await LastWordAsync(cancellation => catalogue.TellAsync(
            Spec, CheckStatus.Critical, "draining: its sidecar stops", cancellation));
    }

    public Task DeregisterAsync() => LastWordAsync(async cancellation =>
    {
        await catalogue.DeregisterAsync(Spec, cancellation);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(running);
        ending.Dispose();
        changed.Dispose();
    }

    private async Task CheckAsync(LocalCheck check, CancellationToken cancellation)
    {
        try
        {
            await check.RunAsync(Wake, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It is taken out, or the sidecar ends.
        }
    }

    private void Wake()
    {
        lock (changed)
        {
            if (changed.CurrentCount == 0) changed.Release();
        }
    }

    private async Task KeepAsync(CancellationToken cancellation)
    {
        TimeSpan pause = FirstPause;
        try
        {
            while (Verdict is null) await changed.WaitAsync(cancellation);
            while (true)
            {
                try
                {
                    await TellAsync(cancellation);
                    pause = FirstPause;
                    await WaitAsync(renewal, cancellation);
                }
                catch (CatalogueException e)
                {
                    Failed(e);
                    // Spread, so that a server that comes back is not met by everybody at once.
                    await Pause.ForAsync(pause * (0.5 + (random.NextDouble() / 2)), parts.Time, cancellation);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It is taken out, or the sidecar ends.
        }
    }

    private async Task TellAsync(CancellationToken cancellation)
    {
        CheckVerdict verdict = Verdict!.Value;
        if (!isSent) await RegisterAsync(verdict.Status, cancellation);
        if (!await catalogue.TellAsync(Spec, verdict.Status, verdict.Output, cancellation))
        {
            await RegisterAsync(verdict.Status, cancellation);
            if (!await catalogue.TellAsync(Spec, verdict.Status, verdict.Output, cancellation))
                throw new CatalogueException(true, "it forgets the registration at once");
        }

        if (!IsRegistered || Problem is not null) Log.Registered(parts.Logger, Spec.Id, verdict.Status.Name());
        Told = verdict.Status;
        IsRegistered = true;
        Problem = null;
    }

    private async Task RegisterAsync(CheckStatus status, CancellationToken cancellation)
    {
        await catalogue.RegisterAsync(Spec, status, cancellation);
        isSent = true;
    }

    /// <summary>Until something changes, or the time to renew has come.</summary>
    private async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(time, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        try
        {
            await changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time to renew.
        }
    }

    private void Failed(CatalogueException e)
    {
        if (Problem != e.Message) Log.NotTold(parts.Logger, Spec.Id, e.Message);
        Problem = e.Message;
        if (e.IsRefused) IsRegistered = false;
    }

    private async Task<bool> LastWordAsync(Func<CancellationToken, Task<bool>> say)
    {
        using var limit = new CancellationTokenSource(LastWordTimeout, parts.Time);
        try
        {
            return await say(limit.Token);
        }
        catch (CatalogueException e)
        {
            Log.LeftBehind(parts.Logger, Spec.Id, e.Message);
        }
        catch (OperationCanceledException)
        {
            Log.LeftBehind(parts.Logger, Spec.Id, "it does not answer in time");
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(4071, LogLevel.Information, "{Id} is in the catalogue: {Status}")]
        public static partial void Registered(ILogger logger, string id, string status);

        [LoggerMessage(4072, LogLevel.Warning, "The catalogue was not told of {Id}: {Reason}. It is tried again")]
        public static partial void NotTold(ILogger logger, string id, string reason);

        [LoggerMessage(4073, LogLevel.Warning,
            "The catalogue was not told that {Id} ends: {Reason}. It turns critical when its lease is over")]
        public static partial void LeftBehind(ILogger logger, string id, string reason);
    }
}

using Flyball.Base.Work;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sidecar.Configuring;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Registering;

/// <summary>
/// One check of a local process. The first thing that is seen counts at once, so that a restart of the sidecar takes
/// nothing out of traffic, and so does the first success, so that a start waits for nothing; after that so many in a
/// row as the check asks for.
/// </summary>
internal sealed partial class LocalCheck(ProbeSpec spec, CheckParts parts)
{
    private static readonly DiscoveryOptions Flapping = new();

    private readonly Lock gate = new();
    private CheckJudge? judge;
    private bool hasPassed;
    private string output = "";

    public ProbeSpec Spec => spec;

    /// <summary>Null before the first look.</summary>
    public CheckVerdict? Verdict
    {
        get
        {
            lock (gate) return judge is null ? null : new CheckVerdict(judge.Status, output);
        }
    }

    /// <param name="changed">Called when the state that counts is another one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action changed, CancellationToken cancellation)
    {
        while (true)
        {
            long began = parts.Time.GetTimestamp();
            CheckVerdict seen = await ProbeAsync(cancellation);
            if (Observe(seen)) changed();
            TimeSpan rest = spec.Interval - parts.Time.GetElapsedTime(began);
            await Pause.ForAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, parts.Time, cancellation);
        }
    }

    /// <summary>True when that changes what counts.</summary>
    internal bool Observe(CheckVerdict seen)
    {
        lock (gate)
        {
            CheckStatus? before = judge?.Status;
            if (judge is null || !hasPassed) judge = new CheckJudge(spec.Check, Flapping, seen.Status);
            else judge.Observe(seen.Status, parts.Time.GetUtcNow().ToUnixTimeMilliseconds());
            hasPassed |= seen.Status != CheckStatus.Critical;
            output = judge.IsHeld
                ? $"held critical because it flaps; last seen: {seen.Status.Name()}: {seen.Output}" : seen.Output;
            if (before == judge.Status) return false;
            Log.Changed(parts.Logger, spec.Name, judge.Status.Name(), output);
            return true;
        }
    }

    private async ValueTask<CheckVerdict> ProbeAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(spec.Timeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return spec.Command is { } command
                ? await CommandProbe.RunAsync(command, either.Token)
                : await parts.Network.ProbeAsync(spec.Check, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CheckVerdict(CheckStatus.Critical, $"no answer within {spec.Timeout.TotalSeconds:0.###} s");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4070, LogLevel.Information, "Check {Check} is {Status}: {Output}")]
        public static partial void Changed(ILogger logger, string check, string status, string output);
    }
}

/// <summary>What the checks of a sidecar have in common.</summary>
internal sealed record CheckParts(ICheckProbe Network, TimeProvider Time, ILogger Logger);

namespace Flyball.Gateway.Sessions;

/// <summary>
/// Clears up after gateways that did not come back. A restarted server finds gateways live in the store: those that
/// have not reconnected when they had the time to are gone, or drains would wait for them. That is judged once: with
/// several servers a gateway may have its session at another one, which writes it live again at its next report.
/// </summary>
internal sealed class GatewaySweep(GatewaySessions sessions, GatewaySessionOptions options, TimeProvider time)
{
    /// <summary>The reconnecting gateway's longest delay and a little more.</summary>
    private static readonly TimeSpan Reconnecting = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(options.SilenceMax + Reconnecting, time, cancellation);
        await sessions.MarkAbsentAsync(cancellation);
        while (true)
        {
            await sessions.ForgetAsync(cancellation);
            await Task.Delay(Interval, time, cancellation);
        }
    }
}

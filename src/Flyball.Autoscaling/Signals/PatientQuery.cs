using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Signals;

/// <summary>Asks the metrics and waits for so long and no longer. Nothing is thrown but cancellation.</summary>
/// <param name="metrics">Who is asked.</param>
/// <param name="lookBack">What is older than this is not known, whatever the metrics' own setting.</param>
/// <param name="time">Measures how long is waited.</param>
internal sealed class PatientQuery(IMetricQuery metrics, TimeSpan lookBack, TimeProvider time)
{
    private const string TooSlow = "the metrics did not answer in time";

    public async Task<(MetricAnswer Answer, bool IsSlow)> InstantAsync(
        string query, long atUnixMs, TimeSpan wait, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var answer = await metrics.InstantAsync(query, atUnixMs, lookBack, both.Token);
            return (answer, answer.Failure == MetricQueryFailure.Timeout);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            // A dead store may answer with anything; the scaler holds either way and says what it heard.
            var isSlow = patience.IsCancellationRequested;
            return (
                new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = isSlow ? TooSlow : e.Message },
                isSlow);
        }
    }
}

using Flyball.Autoscaling.Signals;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Leading;

/// <summary>How a pass reads the metrics, and in what time.</summary>
internal sealed class PassReading
{
    private readonly TimeProvider time;
    private readonly TimeSpan whole;

    /// <param name="query">The metrics.</param>
    /// <param name="expressions">The platform's own PromQL.</param>
    /// <param name="time">Measures what queries take.</param>
    /// <param name="whole">What all queries of a pass may take.</param>
    public PassReading(IMetricQuery query, SignalExpressions expressions, TimeProvider time, TimeSpan whole)
    {
        (this.time, this.whole) = (time, whole);
        var patient = new PatientQuery(query, expressions.LookBack, time);
        Signals = new SignalReader(patient, expressions);
        Expressions = new ExpressionReader(patient);
    }

    public SignalReader Signals { get; }

    public ExpressionReader Expressions { get; }

    /// <summary>The time of a pass that begins now.</summary>
    public PassTime Begin() => new(time, whole);
}

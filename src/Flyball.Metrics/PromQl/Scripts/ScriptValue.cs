using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// A point in a script: nothing, a float, or a histogram (with whether its reset hint was written out, because only
/// then it is compared).
/// </summary>
internal readonly record struct ScriptValue(double Value, NativeHistogram? Histogram, bool HasHint, bool IsOmitted)
{
    public static readonly ScriptValue Omitted = new(0, null, false, true);

    public static ScriptValue Float(double value) => new(value, null, false, false);
}

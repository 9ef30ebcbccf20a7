namespace Flyball.Metrics.Model;

/// <summary>The label names with a meaning of their own.</summary>
internal static class LabelNames
{
    public const string MetricName = "__name__";

    /// <summary>The upper bound of a classic histogram's bucket.</summary>
    public const string BucketBound = "le";

    public const string Quantile = "quantile";

    public const string Type = "__type__";

    public const string Unit = "__unit__";

    /// <summary>
    /// Labels that describe the metric itself and are dropped with its name when a value changes its meaning.
    /// </summary>
    public static bool IsMetadata(string name) => name is MetricName or Type or Unit;

    /// <summary>
    /// Whether a label may have the name: anything but nothing, and what was no UTF-8 when it was read (which is where
    /// replacement characters come from).
    /// </summary>
    public static bool IsValid(string name) => name.Length > 0 && !name.Contains('\uFFFD', StringComparison.Ordinal);

    /// <summary>Whether a name needs no quotes in PromQL: <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }

        return true;
    }

    /// <summary>Whether a metric name needs no quotes in PromQL: as a label name, and with colons.</summary>
    public static bool IsPlainMetric(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or ':')) return false;
        }

        return true;
    }
}

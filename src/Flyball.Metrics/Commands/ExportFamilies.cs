using Flyball.Metrics.Api.Federation;

namespace Flyball.Metrics.Commands;

/// <summary>
/// Which of the exported metrics belong to one family of OpenMetrics: those of a counter (<c>_total</c>) or of a
/// classic histogram (<c>_bucket</c>, <c>_count</c>, <c>_sum</c>), each with <c>_created</c>. Everything else is a
/// family of its own, of unknown type: the database has no types of single series.
/// </summary>
internal sealed class ExportFamilies(IReadOnlySet<string> names)
{
    private const string Total = "_total";
    private const string Bucket = "_bucket";

    public SampleFamily Of(string name)
    {
        if (TryCut(name, Total, out string stem) && IsFree(stem)) return Counter(stem);
        if (TryCut(name, Bucket, out stem) && IsFree(stem)) return Histogram(stem);
        bool isOfHistogram = (TryCut(name, "_count", out stem) || TryCut(name, "_sum", out stem))
            && names.Contains(stem + Bucket) && IsFree(stem);
        if (isOfHistogram) return Histogram(stem);
        if (!TryCut(name, "_created", out stem) || !IsFree(stem)) return default;
        if (names.Contains(stem + Total)) return Counter(stem);
        return names.Contains(stem + Bucket) ? Histogram(stem) : default;
    }

    private static SampleFamily Counter(string stem) => new(stem, "counter");

    private static SampleFamily Histogram(string stem) => new(stem, "histogram");

    private static bool TryCut(string name, string suffix, out string stem)
    {
        bool has = name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal);
        stem = has ? name[..^suffix.Length] : "";
        return has;
    }

    /// <summary>A metric of the family's name is a family itself, and one stem cannot have two types.</summary>
    private bool IsFree(string stem) =>
        !names.Contains(stem) && !(names.Contains(stem + Total) && names.Contains(stem + Bucket));
}

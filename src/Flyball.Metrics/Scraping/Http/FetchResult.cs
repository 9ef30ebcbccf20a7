using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>A body in a format, or why there is none.</summary>
internal readonly record struct FetchResult(ExpositionFormat Format, string? Problem)
{
    public static FetchResult Failed(string problem) => new(default, problem);
}

using Microsoft.Net.Http.Headers;

namespace Flyball.Metrics.Api.Federation;

/// <summary>Which of the text formats a client gets.</summary>
/// <param name="IsOpenMetrics">OpenMetrics 1.0 rather than Prometheus' text format 0.0.4.</param>
/// <param name="AllowsUtf8">Whether names of any characters may be written, in quotes.</param>
internal sealed record FederationFormat(bool IsOpenMetrics, bool AllowsUtf8)
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public string ContentType =>
        (IsOpenMetrics ? OpenMetricsType + "; version=1.0.0" : "text/plain; version=0.0.4") + "; charset=utf-8"
        + (AllowsUtf8 ? "; escaping=allow-utf-8" : "; escaping=underscores");

    /// <summary>The client's best choice of the two; the plain text format when it wants neither.</summary>
    public static FederationFormat Negotiate(string accept)
    {
        if (!MediaTypeHeaderValue.TryParseList([accept], out IList<MediaTypeHeaderValue>? types))
            return new FederationFormat(false, false);
        MediaTypeHeaderValue? best = types
            .Where(type => type.MediaType.Value is OpenMetricsType or "text/plain")
            .OrderByDescending(type => type.Quality ?? 1).FirstOrDefault();
        bool allowsUtf8 = best is not null && best.Parameters.Any(
            parameter => parameter.Name == "escaping" && parameter.Value == "allow-utf-8");
        return new FederationFormat(best?.MediaType.Value == OpenMetricsType, allowsUtf8);
    }
}

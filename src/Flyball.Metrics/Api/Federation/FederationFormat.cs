using Microsoft.Net.Http.Headers;

namespace Flyball.Metrics.Api.Federation;

/// <summary>Which of the formats a client gets.</summary>
/// <param name="IsOpenMetrics">OpenMetrics 1.0 rather than Prometheus' text format 0.0.4.</param>
/// <param name="AllowsUtf8">Whether names of any characters may be written, in quotes.</param>
internal sealed record FederationFormat(bool IsOpenMetrics, bool AllowsUtf8)
{
    private const string OpenMetricsType = "application/openmetrics-text";
    private const string ProtobufType = "application/vnd.google.protobuf";
    private const string PlainType = "text/plain";
    private const string Message = "io.prometheus.client.MetricFamily";

    /// <summary>Prometheus' protobuf format, the only one that has native histograms.</summary>
    public bool IsProtobuf { get; init; }

    public string ContentType => Media + (AllowsUtf8 ? "; escaping=allow-utf-8" : "; escaping=underscores");

    private string Media => IsProtobuf
        ? $"{ProtobufType}; proto={Message}; encoding=delimited"
        : (IsOpenMetrics ? OpenMetricsType + "; version=1.0.0" : PlainType + "; version=0.0.4") + "; charset=utf-8";

    /// <summary>The client's best choice of the three; the plain text format when it wants none.</summary>
    public static FederationFormat Negotiate(string accept)
    {
        if (!MediaTypeHeaderValue.TryParseList([accept], out IList<MediaTypeHeaderValue>? types))
            return new FederationFormat(false, false);
        MediaTypeHeaderValue? best = types.Where(IsOffered).OrderByDescending(type => type.Quality ?? 1)
            .FirstOrDefault();
        if (best is null) return new FederationFormat(false, false);
        bool allowsUtf8 = Parameter(best, "escaping") == "allow-utf-8";
        return new FederationFormat(best.MediaType.Value == OpenMetricsType, allowsUtf8)
        {
            IsProtobuf = best.MediaType.Value == ProtobufType,
        };
    }

    private static bool IsOffered(MediaTypeHeaderValue type) => type.MediaType.Value switch
    {
        OpenMetricsType or PlainType => true,
        ProtobufType => Parameter(type, "proto") == Message && Parameter(type, "encoding") == "delimited",
        _ => false,
    };

    private static string Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.GetUnescapedValue().ToString() ?? "";
}

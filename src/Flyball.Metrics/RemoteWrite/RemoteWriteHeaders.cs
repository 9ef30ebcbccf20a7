namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// What the headers of a remote-write request say, and those of its answer. See
/// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/.
/// </summary>
internal static class RemoteWriteHeaders
{
    public const string SamplesWritten = "X-Prometheus-Remote-Write-Samples-Written";
    public const string HistogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written";
    public const string ExemplarsWritten = "X-Prometheus-Remote-Write-Exemplars-Written";

    private const string MediaType = "application/x-protobuf";
    private const string First = "prometheus.WriteRequest";
    private const string Second = "io.prometheus.write.v2.Request";

    /// <summary>
    /// Null, or why the request is answered 415. Headers that are missing mean version 1.0 and Snappy.
    /// </summary>
    public static string? Check(string? contentType, string? contentEncoding, out RemoteWriteVersion version)
    {
        version = RemoteWriteVersion.One;
        if (!string.IsNullOrEmpty(contentEncoding)
            && !contentEncoding.Trim().Equals("snappy", StringComparison.OrdinalIgnoreCase))
            return $"The content encoding {contentEncoding} is not supported; send snappy.";
        if (string.IsNullOrWhiteSpace(contentType)) return null;
        string[] parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            return $"The content type {contentType} is not supported; send {MediaType}.";
        foreach (string parameter in parts.AsSpan(1))
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !parameter[..equals].Trim().Equals("proto", StringComparison.OrdinalIgnoreCase)) continue;
            string message = parameter[(equals + 1)..].Trim().Trim('"');
            if (message == Second) version = RemoteWriteVersion.Two;
            else if (message != First) return $"The message {message} is not supported; send {First} or {Second}.";
        }

        return null;
    }
}

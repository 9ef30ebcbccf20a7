namespace Flyball.Gateway.Telemetry;

/// <summary>
/// A route's metric labels for each method and class of status; each set is made when it is first needed and kept, so
/// that a request allocates none.
/// </summary>
internal sealed class RouteLabels(string route, string upstream)
{
    private const string OtherMethod = "other";

    private static readonly string[] Classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

    /// <summary>Whatever else a client calls its method shares one label: it could call it anything.</summary>
    private static readonly string[] Methods =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", OtherMethod];

    private readonly KeyValuePair<string, object?>[]?[] sets =
        new KeyValuePair<string, object?>[Methods.Length * Classes.Length][];

    public string Route => route;

    public string Upstream => upstream;

    /// <param name="status">An HTTP status, or 0 for no answer (the client was gone).</param>
    public ReadOnlySpan<KeyValuePair<string, object?>> For(string method, int status)
    {
        int methodIndex = Array.IndexOf(Methods, method);
        if (methodIndex < 0) methodIndex = Methods.Length - 1;
        int classIndex = status is >= 100 and < 600 ? status / 100 : 0;
        ref KeyValuePair<string, object?>[]? set = ref sets[(methodIndex * Classes.Length) + classIndex];

        // Two threads may both make a set; either will do.
        return set ??=
        [
            new("route", route), new("upstream", upstream), new("status", Classes[classIndex]),
            new("method", Methods[methodIndex]),
        ];
    }
}

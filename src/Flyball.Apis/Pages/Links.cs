using System.Globalization;

namespace Flyball.Apis.Pages;

/// <summary>Addresses of pages: of this server only, with every name in them encoded.</summary>
internal static class Links
{
    public static string Api(string workload) => "/apis/" + Uri.EscapeDataString(workload);

    public static string Version(string workload, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Api(workload)}/{version}");

    public static string Diff(string workload, int from, int to) =>
        string.Create(CultureInfo.InvariantCulture, $"{Api(workload)}/diff?from={from}&to={to}");

    public static string Document(string workload, int version) => string.Create(
        CultureInfo.InvariantCulture,
        $"/api/flyball/v1/apis/{Uri.EscapeDataString(workload)}/versions/{version}/document");
}

using System.Reflection;
using Flyball.Base.Resources;
using Flyball.Contracts.Identity;

namespace Flyball.Hosting;

/// <summary>
/// <c>GET /api/flyball/v1/version</c>: which Flyball this is, since when, and where its store stands.
/// </summary>
internal static class VersionApi
{
    public static readonly string Version =
        typeof(VersionApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "unknown";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/flyball/v1/version", async context =>
        {
            IServiceProvider services = context.RequestServices;
            context.Response.ContentType = "application/json";
            await using var writer = new System.Text.Json.Utf8JsonWriter(context.Response.Body);
            writer.WriteStartObject();
            writer.WriteString("version", Version);
            writer.WriteNumber("dataFormat", DataDirectory.Format);
            writer.WriteNumber("startedUnixMs", services.GetRequiredService<ServerStart>().UnixMs);
            writer.WriteNumber("revision", services.GetRequiredService<IResourceReader>().Current.Revision.Value);
            writer.WriteEndObject();
            await writer.FlushAsync(context.RequestAborted);
        }).RequireAuthorization(Policies.Read);
}

/// <summary>When this server started.</summary>
internal sealed class ServerStart(TimeProvider time)
{
    public long UnixMs { get; } = time.GetUtcNow().ToUnixTimeMilliseconds();
}

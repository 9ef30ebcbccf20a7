using Flyball.Base.Resources;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Journal;
using Flyball.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Backup;

/// <summary><c>POST /backup</c> answers with the archive; <c>POST /restore</c> takes one.</summary>
internal static class BackupApi
{
    /// <summary>An archive at most; the disk is the nearer bound.</summary>
    private const long ArchiveBytesMax = 64L * 1024 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        DataBackup backup = endpoints.ServiceProvider.GetRequiredService<DataBackup>();
        IServiceProvider services = endpoints.ServiceProvider;
        endpoints.MapPost("/api/flyball/v1/backup",
            (RequestDelegate)(context => BackupAsync(context, backup, services)))
            .RequireAuthorization(Policies.Admin);
        endpoints.MapPost("/api/flyball/v1/restore",
            (RequestDelegate)(context => RestoreAsync(context, backup, services)))
            .RequireAuthorization(Policies.Admin);
    }

    private static async Task BackupAsync(HttpContext context, DataBackup backup, IServiceProvider services)
    {
        context.Response.ContentType = "application/x-tar";
        try
        {
            await backup.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        catch (IOException e) when (!context.Response.HasStarted)
        {
            await Results.Problem($"The backup could not be written: {e.Message}", statusCode: 503, title: "No backup")
                .ExecuteAsync(context);
            return;
        }

        await AuditAsync(context, services, "backup");
    }

    private static async Task RestoreAsync(HttpContext context, DataBackup backup, IServiceProvider services)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = ArchiveBytesMax;
        string? metricsFailure;
        try
        {
            metricsFailure = await backup.RestoreAsync(context.Request.Body, context.RequestAborted);
        }
        catch (InvalidDataException e)
        {
            await Results.Problem(e.Message, statusCode: 400, title: "Not restored").ExecuteAsync(context);
            return;
        }
        catch (IOException e)
        {
            await Results.Problem($"Nothing was changed: {e.Message}", statusCode: 503, title: "Not restored")
                .ExecuteAsync(context);
            return;
        }

        // The tokens of this machine go on being valid here, whatever the backup's machine had.
        await services.EnsureFirstTokensAsync(context.RequestAborted);
        await AuditAsync(context, services, "restore");
        if (metricsFailure is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await Results.Problem($"The store was restored; the metrics stayed as they were: {metricsFailure}",
                statusCode: 503, title: "Restored in part").ExecuteAsync(context);
    }

    private static async Task AuditAsync(HttpContext context, IServiceProvider services, string action)
    {
        var store = services.GetRequiredService<IResourceStore>();
        var entry = new AuditEntry
        {
            Identity = context.User.Identity?.Name ?? "unknown",
            Action = action,
            Target = "data",
            Outcome = "ok",
            Remote = context.Connection.RemoteIpAddress?.ToString() ?? "",
        };
        await store.CommitAsync(
            new StoreTransaction()
                .Append(JournalEntries.From(
                entry, new ResourceKey("server", "data"), services.GetRequiredService<TimeProvider>())),
            CancellationToken.None);
    }
}

using System.Globalization;
using Flyball.Base.Ids;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Administration;

/// <summary>
/// <c>admin/tsdb/delete_series</c>, <c>clean_tombstones</c> and <c>snapshot</c>, when the option allows.
/// </summary>
internal sealed class AdminApi(MetricsOptions options, StoreHost host, IdSource ids, TimeProvider time)
{
    private const string SnapshotsFolder = "snapshots";

    public async Task DeleteAsync(HttpContext context)
    {
        using StoreLease lease = Enter();
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        var range = new TimeRange(
            parameters.TimeOrNull("start") ?? -ApiTimes.MaxMs, parameters.TimeOrNull("end") ?? ApiTimes.MaxMs);
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors = parameters.Selectors();
        if (selectors.Count == 0) throw new ApiRefusal(ApiErrorKind.BadData, "no match[] parameter provided");
        await AttemptAsync(async () =>
        {
            foreach (IReadOnlyList<LabelMatcher> matchers in selectors)
                await Deletion.DeleteAsync(lease.Store, matchers, range, context.RequestAborted);
        });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task CleanAsync(HttpContext context)
    {
        using StoreLease lease = Enter();
        await AttemptAsync(() => lease.Store.BesideMaintenanceAsync(() =>
        {
            lease.Store.Maintenance.CleanDeletions(context.RequestAborted);
            return true;
        }));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task SnapshotAsync(HttpContext context)
    {
        using StoreLease lease = Enter();
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        bool skipsHead = parameters.Switch("skip_head");
        string name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z-'", CultureInfo.InvariantCulture) + ids.Next();
        string directory = Path.Combine(options.DataDirectory, SnapshotsFolder, name);
        await AttemptAsync(() => Backup.WriteAsync(lease.Store, directory, withHead: !skipsHead));
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteEndObject();
        });
    }

    private static async Task AttemptAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (IOException e)
        {
            throw new ApiRefusal(ApiErrorKind.Internal, e.Message);
        }
    }

    private StoreLease Enter()
    {
        if (!options.AdminApi) throw ApiRefusal.Unavailable("admin APIs disabled");
        return host.TryEnter() ?? throw ApiRefusal.Unavailable(host.DescribeAbsence());
    }
}

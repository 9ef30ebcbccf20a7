using System.Globalization;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Http;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Reconciling;
using Flyball.Scheduling.Workloads.Listing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>scale, restart, stop, start and rm.</summary>
internal sealed class ChangingApi(
    ClusterReading cluster, ChangeCommitter committer, SchedulingMetrics metrics, TimeProvider time)
{
    private const int ReplicasMax = 10_000;
    private const int BodyBytesMax = 4096;

    private static readonly TimeSpan DefaultPin = TimeSpan.FromHours(1);

    public async Task ScaleAsync(HttpContext context)
    {
        ScaleBody body = await JsonBody.ReadAsync(
            context, SchedulingJson.Default.ScaleBody, BodyBytesMax, metrics, nameof(BodyBytesMax));
        if (body.Replicas is not { } replicas || replicas is < 0 or > ReplicasMax)
            throw ApiRefusal.Invalid("replicas", $"must be a whole number from 0 to {ReplicasMax}");
        TimeSpan pin = body.Pin is null
            ? DefaultPin
            : PinDuration.Parse(body.Pin)
                ?? throw ApiRefusal.Invalid("pin", $"'{body.Pin}' is not a duration such as 30m, 2h or 1d");
        long until = time.GetUtcNow().Add(pin).ToUnixTimeMilliseconds();
        await ChangeAsync(context, "scale", Pass.Text(replicas), (snapshot, workload, transaction) =>
        {
            string name = workload.Key.Name;
            var scale = new Scale
            {
                Workload = name,
                Replicas = replicas,
                Source = Scale.ByUser,
                PinnedUntilUnixMs = until,
                Reason = $"{context.User.Identity?.Name ?? "somebody"} asked for it",
            };
            Revision known = snapshot.Find(Kinds.Scale.Key(name))?.Revision ?? Revision.None;
            transaction.Require(workload.Key, workload.Revision).Require(Kinds.Scale.Key(name), known)
                .Put(Kinds.Scale, name, scale);
            return new ChangeAnswer(name, "scale", 0, replicas, until, PolicyNote(snapshot, name, until));
        });
    }

    /// <summary>Whoever scales by hand beside a policy is told which of the two wins.</summary>
    private static string? PolicyNote(ResourceSnapshot snapshot, string name, long untilUnixMs) =>
        snapshot.Get(Kinds.ScalePolicy, name) is { Value.Mode: ScaleMode.Act }
            ? "held against its x-scale until "
                + DateTimeOffset.FromUnixTimeMilliseconds(untilUnixMs).ToString(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
                + ", which decides again from then on"
            : null;

    public Task RestartAsync(HttpContext context) => PutAsync(context, "restart",
        workload => workload with { RestartGeneration = workload.RestartGeneration + 1 });

    public Task StopAsync(HttpContext context) => StopAsync(context, "stop", stopped: true);

    public Task StartAsync(HttpContext context) => StopAsync(context, "start", stopped: false);

    /// <summary>The policy says it, too: that is what gateways know, whose requests must not wait for it.</summary>
    private Task StopAsync(HttpContext context, string action, bool stopped) =>
        ChangeAsync(context, action, "", (snapshot, workload, transaction) =>
        {
            string name = workload.Key.Name;
            if (workload.Value.Stopped != stopped)
                transaction.Require(workload.Key, workload.Revision)
                    .Put(Kinds.Workload, name, workload.Value with { Stopped = stopped });
            if (snapshot.Get(Kinds.ScalePolicy, name) is { } policy && policy.Value.IsStopped != stopped)
                transaction.Require(policy.Key, policy.Revision)
                    .Put(Kinds.ScalePolicy, name, policy.Value with { Stopped = stopped ? true : null });
            return new ChangeAnswer(name, action, 0);
        });

    public Task RemoveWorkloadAsync(HttpContext context)
    {
        string name = cluster.FindWorkload(ApiHandler.Route(context, "name")).Name;
        return RemoveAsync(context, Kinds.Workload.Key(name),
            workload => WorkloadName.Of(workload.Project, workload.Service) == name, route => route.Service == name);
    }

    public Task RemoveProjectAsync(HttpContext context)
    {
        string project = ApiHandler.Route(context, "name");
        return RemoveAsync(context, new ResourceKey("project", project),
            workload => workload.Project == project, route => route.Project == project);
    }

    private Task PutAsync(HttpContext context, string action, Func<Workload, Workload> change) =>
        ChangeAsync(context, action, "", (_, workload, transaction) =>
        {
            Workload changed = change(workload.Value);
            if (changed != workload.Value)
                transaction.Require(workload.Key, workload.Revision).Put(Kinds.Workload, workload.Key.Name, changed);
            return new ChangeAnswer(workload.Key.Name, action, 0);
        });

    private async Task ChangeAsync(
        HttpContext context,
        string action,
        string detail,
        Func<ResourceSnapshot, Resource<Workload>, StoreTransaction, ChangeAnswer> change)
    {
        string name = cluster.FindWorkload(ApiHandler.Route(context, "name")).Name;
        Revision? wanted = ApiHandler.IfMatch(context);
        (Revision revision, ChangeAnswer answer) = await committer.CommitAsync(
            snapshot =>
            {
                Resource<Workload> workload = snapshot.Get(Kinds.Workload, name)
                    ?? throw ApiRefusal.NotFound($"There is no workload '{name}'.");
                ChangeCommitter.Check(wanted, workload.Key, workload.Revision);
                var transaction = new StoreTransaction();
                ChangeAnswer made = change(snapshot, workload, transaction);
                return (transaction.Audit(context, action, workload.Key, time, detail), made);
            },
            wanted is not null,
            context.RequestAborted);
        ApiHandler.SetRevision(context, revision);
        await JsonAnswer.OkAsync(
            context, answer with { Revision = revision.Value }, SchedulingJson.Default.ChangeAnswer);
    }

    private async Task RemoveAsync(
        HttpContext context, ResourceKey subject, Func<Workload, bool> isOne, Func<Route, bool> isRoute)
    {
        Revision? wanted = ApiHandler.IfMatch(context);
        (Revision revision, RemoveAnswer answer) = await committer.CommitAsync(
            snapshot =>
            {
                Resource<Workload>[] workloads = [.. snapshot.List(Kinds.Workload).Where(row => isOne(row.Value))];
                Resource<Route>[] routes = [.. snapshot.List(Kinds.Route).Where(row => isRoute(row.Value))];
                if (workloads.Length + routes.Length == 0)
                    throw ApiRefusal.NotFound($"There is no {subject.Kind} '{subject.Name}'.");
                if (wanted is not null)
                    ChangeCommitter.Check(wanted, subject, workloads.Select(row => row.Revision).Max());
                var transaction = new StoreTransaction();
                foreach (Resource<Workload> row in workloads)
                    transaction.Require(row.Key, row.Revision).Delete(row.Key)
                        .Delete(Kinds.ScalePolicy.Key(row.Key.Name))
                        .Delete(Kinds.ApiSource.Key(row.Key.Name));
                foreach (Resource<Route> row in routes) transaction.Require(row.Key, row.Revision).Delete(row.Key);
                string[] names = [.. workloads.Select(row => row.Key.Name)];
                transaction.Audit(context, "rm", subject, time, string.Join(", ", names));
                return (transaction, new RemoveAnswer(names, [.. routes.Select(row => row.Key.Name)], 0));
            },
            wanted is not null,
            context.RequestAborted);
        await JsonAnswer.OkAsync(
            context, answer with { Revision = revision.Value }, SchedulingJson.Default.RemoveAnswer);
    }
}

using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Routes;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>Compiles the services of a model and joins them: dependencies, links, routes.</summary>
internal sealed class ProjectCompiler(Compilation compilation, MapNode model)
{
    private readonly Field _root = new(model, "", model.Mark, compilation.Diagnostics);

    public ComposeResult Compile()
    {
        string project = ProjectName.Of(compilation, _root);
        (SortedDictionary<string, Field> active, SortedSet<string> inactive) = ServiceSelection.Select(
            compilation, _root);
        if (active.Count > ComposeLimits.ServicesMax) return new ComposeResult { Project = project };
        var graph = new DependencyGraph(active, inactive);
        var definitions = new Definitions(compilation, _root, project);
        SortedDictionary<string, ServiceDraft> drafts = new(StringComparer.Ordinal);
        foreach ((string name, Field service) in active)
        {
            drafts[name] = ServiceCompiler.Compile(
                new ServiceScope(compilation, definitions, project, name, service, graph.Awaited(name)));
            CheckLinks(service, active.Keys);
        }
        graph.TellUnreachable(drafts);
        bool linkable = AreLinksBounded(drafts.Values);
        return new ComposeResult
        {
            Project = project,
            Workloads = [.. drafts.Values.Select(draft => Join(draft, linkable ? drafts.Values : [], graph))],
            Routes = Routes(drafts),
            Policies = [.. drafts.Values.Select(draft => draft.Scaling).OfType<ScalePolicy>()],
            Apis = [.. drafts.Values.Select(draft => draft.Api).OfType<ComposeApi>()],
            Builds = [.. drafts.Values.Select(draft => draft.Build).OfType<ComposeBuild>()],
        };
    }

    private static Workload Join(ServiceDraft draft, IEnumerable<ServiceDraft> all, DependencyGraph graph)
    {
        Workload workload = draft.Workload with { DependsOn = graph.Of(draft.Name) };
        return workload.Task.Driver == ServiceScope.ProcessDriver
            ? workload with { Task = workload.Task with { Links = ProcessRules.Links(draft, all) } }
            : workload;
    }

    // Every process gets the address of every port: a product that a small file can make large.
    private bool AreLinksBounded(IReadOnlyCollection<ServiceDraft> drafts)
    {
        long processes = drafts.Count(draft => draft.Workload.Task.Driver == ServiceScope.ProcessDriver);
        if (processes * drafts.Sum(draft => draft.Workload.Task.Ports.Count) <= ComposeLimits.LinksMax) return true;
        _root["services"].Error(
            $"the processes would get more than {ComposeLimits.LinksMax} addresses of each other",
            "divide the project");
        return false;
    }

    private static SortedDictionary<string, Route> Routes(SortedDictionary<string, ServiceDraft> drafts)
    {
        SortedDictionary<string, Route> routes = new(StringComparer.Ordinal);
        Dictionary<string, string> places = new(StringComparer.Ordinal);
        foreach (ServiceDraft draft in drafts.Values)
        for (int i = 0; i < draft.Routes.Count; i++)
        {
            Route route = TargetJoin.Join(draft.Routes[i], drafts);
            routes[FormattableString.Invariant($"{route.Service}.{i}")] = route;
            string place = RoutePlace.WithConditions(route);
            if (places.TryAdd(place, draft.Name)) continue;
            draft.Field["x-route"].Error(
                $"the route {RoutePlace.Of(route)} is also a route of '{places[place]}'");
        }
        return routes;
    }

    // The service's own name is an alias on every network it is on, so a plain link needs nothing more.
    private static void CheckLinks(Field service, IEnumerable<string> known)
    {
        foreach (Field link in service["links"].ItemsOrOne())
        {
            if (link.Word() is not { } text) continue;
            string[] parts = text.Split(':', 2);
            if (!known.Contains(parts[0])) link.Error($"there is no service '{parts[0]}'", link.Hint(parts[0], known));
            else if (parts.Length == 2 && parts[1] != parts[0])
                link.Warn($"the name '{parts[1]}' is not made", $"give '{parts[0]}' the alias under networks.aliases");
        }
    }
}

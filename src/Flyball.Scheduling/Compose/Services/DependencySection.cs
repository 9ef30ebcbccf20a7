using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>depends_on</c>: a list of services, or a map with conditions. Sorted by service.</summary>
internal static class DependencySection
{
    public static IReadOnlyList<(Dependency Dependency, Field Field)> Read(Field service)
    {
        List<(Dependency, Field)> found = [];
        foreach ((string name, Field field) in service["depends_on"].As(MergeRule.Names).Entries())
        {
            DependencyCondition condition = field["condition"].OneOf(
                "service_started", "service_healthy", "service_completed_successfully") switch
            {
                "service_healthy" => DependencyCondition.Healthy,
                "service_completed_successfully" => DependencyCondition.CompletedSuccessfully,
                _ => DependencyCondition.Started,
            };
            found.Add((new Dependency(name, condition, field["required"].Flag() ?? true), field));
        }
        return [.. found.OrderBy(entry => entry.Item1.Service, StringComparer.Ordinal)];
    }
}

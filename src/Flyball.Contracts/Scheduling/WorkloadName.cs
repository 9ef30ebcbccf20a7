namespace Flyball.Contracts.Scheduling;

/// <summary>
/// <c>project.service</c>: the name of a workload, of its scale and of the service in the catalogue. A project has no
/// dot, so the first dot divides.
/// </summary>
public static class WorkloadName
{
    public static string Of(string project, string service) => $"{project}.{service}";

    public static string Project(string name) => name[..Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))];

    public static string Service(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
}

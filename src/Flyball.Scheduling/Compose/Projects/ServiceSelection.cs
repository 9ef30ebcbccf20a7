using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>Which services of the model take part: those without profiles and those of an active one.</summary>
internal static class ServiceSelection
{
    private const string Every = "*";
    private const StringSplitOptions SplitOptions =
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    /// <returns>The active services, and the names of the others, both by ordinal.</returns>
    public static (SortedDictionary<string, Field> Active, SortedSet<string> Inactive) Select(
        Compilation compilation, Field root)
    {
        SortedDictionary<string, Field> active = new(StringComparer.Ordinal);
        SortedSet<string> inactive = new(StringComparer.Ordinal);
        string listed = compilation.Variables.Find("COMPOSE_PROFILES") ?? "";
        HashSet<string> wanted = [.. compilation.Input.Profiles, .. listed.Split(',', SplitOptions)];
        Field services = root["services"];
        SortedSet<string> known = new(StringComparer.Ordinal) { Every };
        foreach ((string name, Field service) in services.Entries())
        {
            if (!NameRules.IsService(name)) service.Error($"the service name '{name}' must be {NameRules.ServiceRule}");
            List<string> profiles =
                [.. service["profiles"].ItemsOrOne().Select(profile => profile.Word()).OfType<string>()];
            known.UnionWith(profiles);
            if (profiles.Count == 0 || wanted.Contains(Every) || profiles.Any(wanted.Contains)) active[name] = service;
            else inactive.Add(name);
        }
        if (active.Count + inactive.Count > ComposeLimits.ServicesMax)
            services.Error($"a project may have {ComposeLimits.ServicesMax} services");
        else if (active.Count + inactive.Count == 0)
            services.Error("there are no services");
        foreach (string profile in compilation.Input.Profiles.Where(profile => !known.Contains(profile)))
            services.Warn($"no service has the profile '{profile}'", services.Hint(profile, known));
        return (active, inactive);
    }
}

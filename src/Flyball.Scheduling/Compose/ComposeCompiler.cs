using Flyball.Scheduling.Compose.Projects;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose;

/// <summary>
/// Compiles Compose files to workloads and routes. A pure function: no disk, no clock, no environment but what is in
/// the input, so that equal inputs give equal bytes. Never throws for what a user wrote; every problem is a diagnostic.
/// </summary>
internal static class ComposeCompiler
{
    public static ComposeResult Compile(ComposeInput input)
    {
        var compilation = new Compilation(input);
        if (!input.ProjectDirectory.StartsWith('/'))
        {
            var whole = new SourceMark(new SourceFile(input.Files.Count > 0 ? input.Files[0].Name : "", "/"), 0, 0);
            compilation.Diagnostics.Error(
                whole, "", $"the project directory '{input.ProjectDirectory}' must be an absolute path");
        }
        MapNode? model = ModelLoader.Load(compilation);
        ComposeResult result = model is null
            ? new ComposeResult { Project = "" }
            : new ProjectCompiler(compilation, model).Compile();
        result = result with
        {
            Variables = compilation.Variables.Asked,
            Needs = compilation.Attachments.Needs,
            Warnings = compilation.Diagnostics.Warnings(),
            Errors = compilation.Diagnostics.Errors(),
        };
        return result.Succeeded ? result : result with
        {
            Workloads = [],
            Routes = new(StringComparer.Ordinal),
            Policies = [],
            Apis = [],
        };
    }
}

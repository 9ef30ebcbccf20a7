using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>Finds the project's name: <c>-p</c>, <c>COMPOSE_PROJECT_NAME</c>, <c>name:</c>, the directory.</summary>
internal static class ProjectName
{
    /// <returns>The name; empty with an error when there is none.</returns>
    public static string Of(Compilation compilation, Field root)
    {
        Field field = root["name"];
        if (compilation.Input.Project is { Length: > 0 } given) return Check(given, field, "the project name");
        if (compilation.Variables.Find("COMPOSE_PROJECT_NAME") is { Length: > 0 } set)
            return Check(set, field, "COMPOSE_PROJECT_NAME");
        if (field.Word() is { } written) return Check(written, field, "the project name");
        string name = NameRules.ToProject(LexicalPath.Name(compilation.Directory));
        if (name.Length == 0) field.Error("the project has no name", "add a line such as 'name: shop'");
        return name;
    }

    private static string Check(string name, Field field, string what)
    {
        if (NameRules.IsProject(name)) return name;
        string near = NameRules.ToProject(name);
        field.Error(
            $"{what} '{name}' must be {NameRules.ProjectRule}", near.Length > 0 ? $"for example '{near}'" : null);
        return "";
    }
}

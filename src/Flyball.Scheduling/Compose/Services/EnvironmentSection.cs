using Flyball.Scheduling.Compose.Interpolation;
using Flyball.Scheduling.Compose.Projects;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>env_file</c> in its order, then <c>environment</c> over it.</summary>
internal static class EnvironmentSection
{
    public static SortedDictionary<string, string> Read(ServiceScope scope)
    {
        SortedDictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (Field file in scope.Field["env_file"].ItemsOrOne())
            foreach ((string key, string value) in ReadFile(scope.Compilation, file))
                environment[key] = value;
        foreach ((string key, (string? text, Field field)) in scope.Field["environment"].KeyValues())
        {
            if (key.Length == 0 || key.Contains('=', StringComparison.Ordinal))
                field.Error($"'{key}' is no variable's name");
            // A name without a value is handed through from outside; unset outside, it is unset inside.
            else if ((text ?? scope.Compilation.Variables.Find(key)) is { } value) environment[key] = value;
            else environment.Remove(key);
        }
        if (environment.FirstOrDefault(pair => pair.Value.Contains('\0', StringComparison.Ordinal)) is { Key: { } bad })
            scope.Field["environment"].Error($"the value of '{bad}' contains a NUL character");
        return environment;
    }

    private static SortedDictionary<string, string> ReadFile(Compilation compilation, Field file)
    {
        SortedDictionary<string, string> none = new(StringComparer.Ordinal);
        Field pathField = file.IsScalar ? file : file["path"];
        if (pathField.Word() is not { } written)
        {
            if (!pathField.Exists) file.Error("must name a path");
            return none;
        }
        bool required = file.IsScalar || (file["required"].Flag() ?? true);
        string? format = file.IsScalar ? null : file["format"].OneOf("raw");
        string path = compilation.Resolve(pathField.Mark, written);
        if (compilation.FindText(pathField, path, ComposeNeedKind.EnvFile, required) is not { } text) return none;
        if (!compilation.TryAttach(pathField, text.Length)) return none;
        if (format == "raw") return EnvFileReader.ReadRaw(text, compilation.Variables.Find);
        var source = new SourceFile(compilation.Shorten(path), LexicalPath.Directory(path));
        return EnvFileReader.Read(
            source, text, compilation.Variables.Find, compilation.Budget, compilation.Diagnostics);
    }
}

using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>image</c>, <c>build</c> and <c>pull_policy</c>.</summary>
internal static class BuildSection
{
    private const string InlineDockerfile = ".flyball.Dockerfile";

    /// <summary>The image's reference: as written, or for a build the name that Compose would give it.</summary>
    public static string? Image(ServiceScope scope)
    {
        Field field = scope.Field["image"];
        if (field.Word() is { } image)
        {
            if (ImageReference.Check(image) is { } problem) field.Error($"'{image}' is no image reference: {problem}");
            return image;
        }
        if (scope.Field["build"].Exists) return $"{scope.Project}-{scope.Name.ToLowerInvariant()}";
        if (!field.Exists)
            scope.Field.Error(
                "the service has neither an image nor a build", "x-driver: process runs a command without a container");
        return null;
    }

    public static string PullPolicy(ServiceScope scope) =>
        scope.Field["pull_policy"].OneOf("missing", "if_not_present", "always", "never", "build") switch
        {
            "always" => "always",
            "never" => "never",
            _ => "missing",
        };

    public static ComposeBuild? Read(ServiceScope scope)
    {
        Field build = scope.Field["build"].As(MergeRule.Build);
        if (!build.Exists) return null;
        Field contextField = build["context"];
        string written = contextField.Word() ?? ".";
        if (IsUrl(written))
        {
            contextField.Error("a build context must be a directory, not a URL", "clone it and name the directory");
            return null;
        }
        string context = scope.Compilation.Resolve(contextField.Mark, written);
        string? inline = build["dockerfile_inline"].Word();
        if (inline is not null && build["dockerfile"].Exists)
            build["dockerfile"].Error("dockerfile and dockerfile_inline exclude each other");
        return new ComposeBuild
        {
            Service = scope.Name,
            ContextPath = context,
            Dockerfile = inline is null ? Dockerfile(build["dockerfile"], context) : InlineDockerfile,
            DockerfileInline = inline,
            Target = build["target"].Word(),
            Args = Args(scope, build["args"]),
        };
    }

    public static BuildSpec? Spec(ServiceScope scope, ComposeBuild? build)
    {
        if (build is null) return null;
        string? digest = scope.Compilation.Input.Contexts.GetValueOrDefault(scope.Name);
        if (digest is null && !scope.Compilation.Input.Inspecting)
            scope.Field["build"].Error(
                $"the build context '{scope.Compilation.Shorten(build.ContextPath)}' was not uploaded");
        return new BuildSpec
        {
            ContextDigest = digest ?? "",
            Dockerfile = build.Dockerfile,
            Target = build.Target,
            Args = build.Args,
        };
    }

    private static string Dockerfile(Field field, string context)
    {
        string path = LexicalPath.Resolve(context, field.Word() ?? "Dockerfile");
        string relative = LexicalPath.Shorten(context, path);
        if (relative.StartsWith('/')) field.Error("the Dockerfile must be within the build context");
        return relative;
    }

    private static SortedDictionary<string, string> Args(ServiceScope scope, Field field)
    {
        SortedDictionary<string, string> args = new(StringComparer.Ordinal);
        foreach ((string key, (string? text, Field _)) in field.KeyValues())
            if ((text ?? scope.Compilation.Variables.Find(key)) is { } value) args[key] = value;
        return args;
    }

    private static bool IsUrl(string context) =>
        context.Contains("://", StringComparison.Ordinal) || context.StartsWith("git@", StringComparison.Ordinal) ||
        context.StartsWith("github.com/", StringComparison.Ordinal);
}

using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>command</c> and <c>entrypoint</c>: a list, or a string that is split like shell words.</summary>
internal static class CommandSection
{
    public static IReadOnlyList<string> Words(Field field)
    {
        if (!field.Exists) return [];
        if (!field.IsScalar) return [.. field.Items().Select(item => item.Text() ?? "")];
        IReadOnlyList<string>? words = ShellWords.Split(field.Text() ?? "", out string? error);
        if (error is not null) field.Error(error);
        return words ?? [];
    }

    public static IReadOnlyList<string> Entrypoint(Field field)
    {
        IReadOnlyList<string> words = Words(field);
        if (field.Exists && words.Count == 0) field.Warn("an empty entrypoint keeps the image's own");
        return words;
    }
}

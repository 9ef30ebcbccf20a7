using System.Globalization;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>configs</c> and <c>secrets</c> of a service: files whose content travels with the spec.</summary>
internal static class ContentSection
{
    private const int ModeMax = 0b111_111_111_111;
    private static readonly int DefaultMode = new MountSpec { Kind = MountKind.Content, Target = "/" }.Mode;

    public static IEnumerable<MountSpec> Read(ServiceScope scope) =>
        Read(scope, "configs", "/").Concat(Read(scope, "secrets", "/run/secrets")).ToList();

    private static IEnumerable<MountSpec> Read(ServiceScope scope, string kind, string directory)
    {
        foreach (Field item in scope.Field[kind].Items())
        {
            Field sourceField = item.IsScalar ? item : item["source"];
            if (sourceField.Word() is not { } key)
            {
                if (!sourceField.Exists) item.Error("must name a source");
                continue;
            }
            string written = (item.IsScalar ? null : item["target"].Word()) ?? key;
            string? target = MountSection.Target(item, LexicalPath.Resolve(directory, written));
            int mode = (item.IsScalar ? null : Mode(item["mode"])) ?? DefaultMode;
            if (scope.Definitions.Content(sourceField, kind, key) is not { } content || target is null) continue;
            if (!scope.Compilation.TryAttach(sourceField, content.Length)) continue;
            yield return new MountSpec
            {
                Kind = MountKind.Content,
                Target = target,
                ReadOnly = true,
                ContentBase64 = Convert.ToBase64String(content),
                Mode = mode,
            };
        }
    }

    // Compose reads 0440 and "440" as octal and a bare 440 as decimal, which is hardly ever meant.
    private static int? Mode(Field field)
    {
        if (field.Text() is not { } text) return null;
        bool isDecimal = field.Node is ScalarNode { Plain: true } && !text.StartsWith('0');
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (isDecimal && isNumber && number <= ModeMax)
        {
            field.Warn($"the mode {text} is decimal, as Compose reads it", $"write 0{text} for the octal mode");
            return number;
        }
        string digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
        bool isOctal = digits.Length is > 0 and <= 5 && digits.All(c => c is >= '0' and <= '7');
        if (isOctal && Convert.ToInt32(digits, 8) is <= ModeMax and var mode) return mode;
        field.Error($"'{text}' is no file mode such as 0440");
        return null;
    }
}

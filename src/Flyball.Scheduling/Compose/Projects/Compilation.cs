using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Interpolation;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>What every step of one compilation shares.</summary>
internal sealed class Compilation
{
    private long _attachedBytes;

    public Compilation(ComposeInput input)
    {
        Input = input;
        Diagnostics = new DiagnosticBag(input.ProblemOfPromQl);
        Directory = LexicalPath.Resolve("/", input.ProjectDirectory);
        Attachments = new Attachments(Directory, input.Attachments);
        Variables = new VariableScope(input.Environment, ReadDotEnv());
    }

    public ComposeInput Input { get; }

    public DiagnosticBag Diagnostics { get; }

    public ExpansionBudget Budget { get; } = new();

    /// <summary>The project directory, absolute and normalised.</summary>
    public string Directory { get; }

    public Attachments Attachments { get; }

    public VariableScope Variables { get; }

    /// <summary>A path of the manifest, relative to where its file stands.</summary>
    public string Resolve(SourceMark mark, string path) =>
        LexicalPath.Resolve(mark.File.BaseDirectory, path, Variables.Find("HOME"));

    /// <summary>An attachment's text, or null with an error at the field that names it.</summary>
    public string? FindText(Field field, string path, ComposeNeedKind kind, bool required)
    {
        byte[]? content = FindBytes(field, path, kind, required);
        if (content is null) return null;
        string? text = Attachments.TextOf(content);
        if (text is null) field.Error($"the file '{Shorten(path)}' is not UTF-8 text");
        return text;
    }

    /// <summary>An attachment's bytes, or null with an error at the field that names it.</summary>
    public byte[]? FindBytes(
        Field field, string path, ComposeNeedKind kind, bool required, int bytesMax = ComposeLimits.FileBytesMax)
    {
        byte[]? content = Attachments.Find(path, kind, required);
        if (content is null && required && !Input.Inspecting)
            field.Error($"the file '{Shorten(path)}' does not exist or was not sent");
        if (content is null || content.Length <= bytesMax) return content;
        field.Error($"the file '{Shorten(path)}' is larger than {bytesMax >> 20} MiB");
        return null;
    }

    /// <summary>False with an error when what is attached is together beyond its bound.</summary>
    public bool TryAttach(Field field, int bytes)
    {
        _attachedBytes += bytes;
        if (_attachedBytes <= ComposeLimits.AttachedBytesMax) return true;
        string bound = $"{ComposeLimits.AttachedBytesMax >> 20} MiB in all services together";
        field.Error($"env files, configs, secrets and OpenAPI documents take more than {bound}");
        return false;
    }

    public string Shorten(string absolutePath) => LexicalPath.Shorten(Directory, absolutePath);

    private SortedDictionary<string, string> ReadDotEnv()
    {
        string path = LexicalPath.Resolve(Directory, Input.DotEnvPath);
        var file = new SourceFile(Shorten(path), Directory);
        byte[]? content = Attachments.Find(path, ComposeNeedKind.DotEnv, required: false);
        if (content is null) return new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (content.Length <= ComposeLimits.FileBytesMax && Attachments.TextOf(content) is { } text)
            return EnvFileReader.Read(file, text, Input.Environment.GetValueOrDefault, Budget, Diagnostics);
        Diagnostics.Error(new SourceMark(file, 0, 0), "", "the file is not UTF-8 text of at most 1 MiB");
        return new SortedDictionary<string, string>(StringComparer.Ordinal);
    }
}

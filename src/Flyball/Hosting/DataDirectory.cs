using Flyball.Roles;

namespace Flyball.Hosting;

/// <summary>The data directory of one process: created, owned by nobody else while this lives, and versioned.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The layout of the directory as a whole; each file in it has a format of its own.</summary>
    public const int Format = 1;

    private readonly FileStream lockFile;

    private DataDirectory(string path, FileStream lockFile)
    {
        Path = path;
        this.lockFile = lockFile;
    }

    public string Path { get; }

    /// <exception cref="RoleFailure">It cannot be written, is in use, or is of a newer version.</exception>
    public static DataDirectory Open(string path)
    {
        FileStream? lockFile = null;
        try
        {
            // Readable by its owner only: the store holds what the manifests hold, environment and secrets included.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            lockFile = new FileStream(
                System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            CheckFormat(System.IO.Path.Combine(path, "format"));
            return new DataDirectory(path, lockFile);
        }
        catch (IOException e) when (lockFile is null && File.Exists(System.IO.Path.Combine(path, "lock")))
        {
            throw new RoleFailure($"The data directory {path} is in use by another flyball process.", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lockFile?.Dispose();
            throw new RoleFailure($"The data directory {path} cannot be used: {e.Message}", inner: e);
        }
        catch (RoleFailure)
        {
            lockFile?.Dispose();
            throw;
        }
    }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => lockFile.Dispose();

    private static void CheckFormat(string file)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, FormattableString.Invariant($"{Format}\n"));
            return;
        }

        string text = File.ReadAllText(file).Trim();
        if (text != Format.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw new RoleFailure($"{file} says format {text}; this version of flyball knows format {Format}.");
    }
}

namespace Flyball.Base.Disk;

/// <summary>What <see cref="IDisk.Open"/> does about a file that is or is not there.</summary>
public enum DiskOpenMode
{
    /// <summary>Must exist; opened for reading only.</summary>
    Read,

    /// <summary>Opened for reading and writing, created when absent.</summary>
    OpenOrCreate,

    /// <summary>Created, or emptied when it exists.</summary>
    Truncate,
}

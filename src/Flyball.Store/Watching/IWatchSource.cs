namespace Flyball.Store.Watching;

/// <summary>A store whose changes can be served to other processes.</summary>
internal interface IWatchSource
{
    ChangeFeed Feed { get; }

    /// <summary>
    /// Names the line of revisions: a restore begins a new one, whose revisions mean other contents. A reader that
    /// comes with another history's revision is given a snapshot.
    /// </summary>
    string History { get; }
}
